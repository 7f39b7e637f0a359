import { type ProblemKind } from '@skep/contracts';
import { NotSigned, type RotatedSigningSecret } from '@skep/contracts/automation';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomBytes, randomUUID } from 'node:crypto';
import { typeOf } from './action.js';
import { JobEntity } from './job.entity.js';
import { replaceSecret } from './valid-secrets.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;
type Trigger = JobEntity['trigger'];
export type NewJob = Pick<JobEntity, 'name' | 'trigger' | 'action' | 'action_config' | 'enabled'> & Partial<JobEntity>;

const LOCK_OWNER = statement(`select 1 as locked from pg_advisory_xact_lock(hashtextextended('jobs ' || :tenant || ' ' || :user, 0))`, {
  locked: 'int4',
});
const FIRED = statement('update job set run_count = run_count + 1, last_run = clock_timestamp() where id = :id');
const SETTLED = statement('update job set last_error = :error where id = :id');
const REMEMBER = statement(
  'update job set conversation_id = coalesce(conversation_id, :conversation_id) where id = :id returning conversation_id',
  { conversation_id: 'text' },
);

/** How many cron jobs, and how many event rules, a person may have. */
export const JOBS_MAX = 200;

const newSecret = () => `whsec_${randomBytes(24).toString('base64')}`;

@Injectable()
export class JobRepository {
  constructor(private readonly db: Database) {}

  /** Adds a job in the current transaction. One that calls an address gets a key for its signatures. @throws Problem `tooMany` */
  async create({ tenant, user }: Owner, job: NewJob, tooMany: ProblemKind): Promise<JobEntity> {
    await this.db.rows(LOCK_OWNER, { tenant, user });
    const where = { tenant_id: tenant, user_id: user, trigger: job.trigger };
    if ((await this.rows().countBy(where)) >= JOBS_MAX) throw tooMany();
    const id = randomUUID();
    const sealed_secret = typeOf(job.action) === 'webhook' ? newSecret() : null;
    await this.rows().insert({ ...job, id, tenant_id: tenant, user_id: user, sealed_secret });
    return this.rows().findOneByOrFail({ id });
  }

  /** Gives a job another key for its signatures. @throws Problem `not_signed` */
  async rotateSecret({ id, tenant_id, sealed_secret }: JobEntity, overlapHours: number): Promise<RotatedSigningSecret> {
    if (sealed_secret === null) throw NotSigned();
    const secrets = replaceSecret(sealed_secret, newSecret(), overlapHours);
    await this.rows().update({ id, tenant_id }, secrets);
    return { signing_secret: secrets.sealed_secret, previous_until: secrets.previous_until };
  }

  list({ tenant, user }: Owner, trigger: Trigger): Promise<JobEntity[]> {
    return this.rows().find({ where: { tenant_id: tenant, user_id: user, trigger }, order: { created_at: 'asc', id: 'asc' } });
  }

  /** A job of the caller. @throws Problem `notFound` */
  async find({ tenant, user }: Owner, trigger: Trigger, id: string, notFound: ProblemKind): Promise<JobEntity> {
    const job = await this.rows().findOneBy({ id, trigger, tenant_id: tenant, user_id: user });
    if (!job) throw notFound();
    return job;
  }

  /** Any job of the current tenant, for its run. */
  findForRun(tenant_id: string, id: string): Promise<JobEntity | null> {
    return this.rows().findOneBy({ id, tenant_id });
  }

  async update({ id, tenant_id }: JobEntity, changes: Partial<JobEntity>): Promise<JobEntity> {
    if (Object.keys(changes).length) await this.rows().update({ id, tenant_id }, changes);
    return this.rows().findOneByOrFail({ id });
  }

  async delete({ id, tenant_id }: JobEntity): Promise<void> {
    await this.rows().delete({ id, tenant_id });
  }

  async noteFired(id: string): Promise<void> {
    await this.db.rows(FIRED, { id });
  }

  /** @param error why its run failed, null if it did not */
  async noteSettled(id: string, error: string | null): Promise<void> {
    await this.db.rows(SETTLED, { id, error });
  }

  /** Keeps the conversation of a job that has none. @returns the one that it has now */
  async rememberConversation(id: string, conversation_id: string): Promise<string> {
    return (await this.db.row(REMEMBER, { id, conversation_id }))?.conversation_id ?? conversation_id;
  }

  private rows() {
    return this.db.repository(JobEntity);
  }
}
