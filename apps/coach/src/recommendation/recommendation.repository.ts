import { RecommendationNotFound, type RecommendRaces } from '@skep/contracts/coach';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { type RankedItem, RecommendationEntity } from './recommendation.entity.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;

/** What was said that a model gets. */
const SAID_MAX = 30;
const LATEST = statement(
  `select * from recommendation where tenant_id = :tenant and user_id = :user order by created_at desc, id desc limit 1`,
  RecommendationEntity,
);
const LOCK = statement(`select 1 as found from recommendation where id = :id and tenant_id = :tenant and user_id = :user for update`, {
  found: 'int4',
});
const SAID = statement(
  `select text from source_message
    where tenant_id = :tenant and user_id = :user and source = 'race_recommendation' and parent = :id order by created_at desc, id desc limit ${SAID_MAX}`,
  { text: 'text' },
);

/** The recommendations of people. */
@Injectable()
export class RecommendationRepository {
  constructor(private readonly db: Database) {}

  async add({ tenant, user }: Owner, id: string, wishes: RecommendRaces, run_id: string): Promise<void> {
    await this.rows().insert({ id, tenant_id: tenant, user_id: user, wishes, run_id });
  }

  /** @throws Problem `recommendation_not_found`, also for those of others */
  async find({ tenant: tenant_id, user: user_id }: Owner, id: string): Promise<RecommendationEntity> {
    const found = await this.rows().findOneBy({ id, tenant_id, user_id });
    if (!found) throw RecommendationNotFound();
    return found;
  }

  /** @throws Problem `recommendation_not_found` */
  async findLatest({ tenant, user }: Owner): Promise<RecommendationEntity> {
    const found = await this.db.row(LATEST, { tenant, user });
    if (!found) throw RecommendationNotFound();
    return found;
  }

  /** For the rest of the transaction. @throws Problem `recommendation_not_found` */
  async lock({ tenant, user }: Owner, id: string): Promise<void> {
    if (!(await this.db.row(LOCK, { tenant, user, id }))) throw RecommendationNotFound();
  }

  /** What its person has said of it, the oldest first. */
  async said({ tenant, user }: Owner, id: string): Promise<string[]> {
    return (await this.db.rows(SAID, { tenant, user, id })).map(({ text }) => text).reverse();
  }

  /** Another run makes it again. */
  async begin(id: string, run_id: string): Promise<void> {
    await this.rows().update({ id }, { run_id, state: 'pending', updated_at: new Date() });
  }

  /** Keeps what a run has found, unless another one makes it again. */
  async finish(id: string, run_id: string, items: RankedItem[], ranked_by: 'model' | 'rules'): Promise<void> {
    await this.rows().update({ id, run_id }, { items, ranked_by, state: 'ready', updated_at: new Date() });
  }

  private rows() {
    return this.db.repository(RecommendationEntity);
  }
}
