import { DeveloperNotFound, NotADeveloper, type TierAssignment } from '@skep/contracts';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { AppEntity } from '../app/app.entity.js';
import { COUNTED } from '../app/app-status.js';
import { DeveloperEntity } from './developer.entity.js';
import { standing, termsOf } from './tiers.js';

const TAKE_TIER = statement(`
  update developer set tier = $3, tier_until = $4, comped_by = $5, tier_sequence = $6
   where tenant_id = $1 and developer_id = $2 and tier_sequence < $6`);

@Injectable()
export class DeveloperRepository {
  constructor(private readonly db: Database) {}

  async find({ tenant, user }: Pick<Ctx, 'tenant' | 'user'>): Promise<DeveloperEntity | null> {
    const developer = await this.db.of(DeveloperEntity).findOneBy({ tenant_id: tenant, developer_id: user });
    return developer && standing(developer);
  }

  /** The caller as a developer. @throws NotADeveloper */
  async caller(ctx: Ctx): Promise<DeveloperEntity> {
    const developer = await this.find(ctx);
    if (!developer) throw NotADeveloper();
    return developer;
  }

  /** Anybody as a developer, of whichever tenant, for one who was allowed otherwise. @throws DeveloperNotFound */
  async any(developer_id: string): Promise<DeveloperEntity> {
    const developer = await this.db.of(DeveloperEntity).findOneBy({ developer_id });
    if (!developer) throw DeveloperNotFound();
    return developer;
  }

  /** What an app's developer gets of a base price, in percent. */
  async splitOf({ tenant_id, developer_id }: Pick<AppEntity, 'tenant_id' | 'developer_id'>): Promise<number> {
    const developer = await this.find({ tenant: tenant_id, user: developer_id });
    return termsOf(developer?.tier ?? '').split;
  }

  /** The caller as a developer; locked, so that only one of their requests counts and adds apps at a time. @throws NotADeveloper */
  async lock({ tenant, user }: Ctx): Promise<DeveloperEntity> {
    const where = { tenant_id: tenant, developer_id: user };
    const developer = await this.db.of(DeveloperEntity).findOne({ where, lock: { mode: 'pessimistic_write' } });
    if (!developer) throw NotADeveloper();
    return standing(developer);
  }

  /** False where the person or the nickname is already there. */
  async add(
    developer: Pick<DeveloperEntity, 'tenant_id' | 'developer_id' | 'email' | 'nickname' | 'display_name' | 'website' | 'description'>,
  ) {
    const added = await this.db
      .of(DeveloperEntity)
      .createQueryBuilder()
      .insert()
      .values(developer)
      .orIgnore()
      .returning('nickname')
      .execute();
    return (added.raw as unknown[]).length > 0;
  }

  hasNickname(nickname: string): Promise<boolean> {
    return this.db.of(DeveloperEntity).existsBy({ nickname });
  }

  /** Takes over the tier that billing tells, unless a newer one is known. */
  async takeTier({ tenant_id, developer_id, tier, tier_until, comped_by, tier_sequence }: TierAssignment): Promise<void> {
    await this.db.rows(TAKE_TIER, [tenant_id, developer_id, tier, tier_until, comped_by, tier_sequence]);
  }

  async knowEarnings({ tenant, user }: Ctx, total_earnings: number): Promise<void> {
    await this.db.of(DeveloperEntity).update({ tenant_id: tenant, developer_id: user }, { total_earnings });
  }

  /** The caller's profile, with the earnings that billing has said last. @throws NotADeveloper */
  async profileOf(ctx: Ctx) {
    const developer = await this.caller(ctx);
    const { tenant_id, developer_id } = developer;
    const apps_count = await this.db.of(AppEntity).countBy({ tenant_id, developer_id, status: In(COUNTED) });
    return { ...developer, email: ctx.email || developer.email, imperal_id: developer_id, apps_count };
  }
}
