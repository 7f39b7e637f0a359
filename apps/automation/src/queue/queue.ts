import { type QueueJob, QueueFull, type QueueType } from '@skep/contracts/automation';
import { type Ctx, Database, runKind, Runs, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { QueueJobEntity } from './queue-job.entity.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;
export type NewQueueJob = Pick<QueueJobEntity, 'type' | 'payload'> & Partial<QueueJobEntity>;

/** How many jobs of one person run at once. */
const AT_ONCE = 4;
/** How much of one person's work may wait. */
const PENDING_MAX = 1_000;
const DEADLINE_MS = 6 * 3_600_000;

/** Does the work of a person that waits and has the highest priority: each job that is submitted starts one. */
export const WORK = runKind<object>('queue.work', { deadlineMs: DEADLINE_MS, retries: 20, atOnce: AT_ONCE });

const LOCK_OWNER = statement(`select 1 as locked from pg_advisory_xact_lock(hashtextextended('queue ' || :tenant || ' ' || :user, 0))`, {
  locked: 'int4',
});
const MINE = 'tenant_id = :tenant and user_id = :user';
const CLAIM = statement(
  `update queue_job set status = 'running', started_at = clock_timestamp() where id = (
     select id from queue_job where ${MINE} and status = 'pending' order by priority desc, created_at, id limit 1)
   returning *`,
  QueueJobEntity,
);
const CANCEL = statement(
  `update queue_job set status = 'cancelled', ended_at = clock_timestamp() where id = :id and ${MINE} and status = 'pending' returning id`,
  { id: 'text' },
);
const END = statement(
  `update queue_job set status = :status, output = :output::jsonb, error = :error, attempts = :attempts, ended_at = clock_timestamp()
    where id = :id and status = 'running'`,
);
/** A run ends at its deadline, which the claim follows. */
const FAIL_LATE = statement(
  `update queue_job set status = 'failed', error = 'It did not end in time.', ended_at = clock_timestamp()
    where status = 'running' and started_at < clock_timestamp() - make_interval(secs => :seconds) returning id`,
  { id: 'text' },
);
const CLEAN_UP = statement(
  `with removed as (delete from queue_job where ${MINE} and ended_at < now() - make_interval(days => :days) returning 1)
   select count(*)::integer as removed from removed`,
  { removed: 'int4' },
);
const STATE = statement(`select status, count(*)::integer as n from queue_job where ${MINE} group by status`, {
  status: 'text',
  n: 'int4',
});
const IS_BUSY = statement(`select id from queue_job where job_id = :job_id and status in ('pending', 'running') limit 1`, { id: 'text' });
const RECENT = statement(
  `select count(*)::integer as n from queue_job where job_id = :job_id and created_at > clock_timestamp() - interval '1 hour'`,
  { n: 'int4' },
);

/** The work of people that waits, runs, or has ended. */
@Injectable()
export class Queue {
  constructor(
    private readonly db: Database,
    private readonly runs: Runs,
  ) {}

  /** Adds work, in the current transaction if there is one. @throws Problem `queue_full` */
  submit(ctx: Ctx, work: NewQueueJob): Promise<QueueJob> {
    return this.db.transaction(async () => {
      if (await this.isFull(ctx)) throw QueueFull();
      const added = await this.add(ctx, work);
      // Not the caller's Idempotency-Key: several jobs of one request are several runs.
      await this.runs.start(WORK, { ...ctx, idempotencyKey: undefined }, {}, { key: added.id });
      return added;
    });
  }

  /** Notes that a slot of a job did not run. */
  skip(ctx: Ctx, work: NewQueueJob, error: string): Promise<QueueJob> {
    return this.add(ctx, { ...work, status: 'cancelled', error, ended_at: new Date() });
  }

  async isFull({ tenant: tenant_id, user: user_id }: Owner): Promise<boolean> {
    return (await this.rows().countBy({ tenant_id, user_id, status: 'pending' })) >= PENDING_MAX;
  }

  /** Whether a run of a cron job or rule waits or runs. */
  async isBusy(job_id: string): Promise<boolean> {
    return (await this.db.row(IS_BUSY, { job_id })) !== undefined;
  }

  /** How often a cron job or rule ran within an hour. */
  async countRecent(job_id: string): Promise<number> {
    return (await this.db.row(RECENT, { job_id }))!.n;
  }

  /** Takes the next work of a person, in the current transaction. Undefined if it was cancelled. */
  async claim(owner: Owner): Promise<QueueJobEntity | undefined> {
    await this.db.rows(LOCK_OWNER, owner);
    return this.db.row(CLAIM, owner);
  }

  async end(id: string, attempts: number, { output = null, error = null }: { output?: unknown; error?: string | null }): Promise<void> {
    const status = error === null ? 'completed' : 'failed';
    await this.db.rows(END, { id, attempts, status, error, output: output === null ? null : JSON.stringify(output) });
  }

  /** Ends the work whose time is over. */
  async failLate(): Promise<number> {
    return (await this.db.acrossTenants(() => this.db.rows(FAIL_LATE, { seconds: DEADLINE_MS / 1_000 }))).length;
  }

  /** False if it does not wait. */
  cancel(owner: Owner, id: string): Promise<boolean> {
    return this.db.transaction(async () => {
      await this.db.rows(LOCK_OWNER, owner);
      return (await this.db.row(CANCEL, { id, tenant: owner.tenant, user: owner.user })) !== undefined;
    });
  }

  async cleanUp({ tenant, user }: Owner, days: number): Promise<number> {
    return (await this.db.row(CLEAN_UP, { tenant, user, days }))!.removed;
  }

  /** How many jobs have each status. */
  async countByStatus({ tenant, user }: Owner): Promise<Map<string, number>> {
    return new Map((await this.db.rows(STATE, { tenant, user })).map(({ status, n }) => [status, n]));
  }

  /** The newest first. */
  async list({ tenant, user }: Owner, where: { status?: QueueJob['status']; type?: QueueType; job_id?: string }, limit: number) {
    const found = await this.rows().find({
      where: { ...where, tenant_id: tenant, user_id: user },
      order: { created_at: 'desc', id: 'desc' },
      take: limit,
    });
    return found.map(toQueueJob);
  }

  /** Undefined if it is not the caller's. */
  async find({ tenant, user }: Owner, id: string): Promise<QueueJobEntity | undefined> {
    return (await this.rows().findOneBy({ id, tenant_id: tenant, user_id: user })) ?? undefined;
  }

  private async add({ tenant: tenant_id, user: user_id }: Owner, work: NewQueueJob): Promise<QueueJob> {
    const id = randomUUID();
    await this.rows().insert({ ...work, id, tenant_id, user_id });
    return toQueueJob(await this.rows().findOneByOrFail({ id }));
  }

  private rows() {
    return this.db.repository(QueueJobEntity);
  }
}

export const toQueueJob = (row: QueueJobEntity): QueueJob => ({
  ...row,
  duration_ms: row.started_at && row.ended_at ? row.ended_at.getTime() - row.started_at.getTime() : null,
});
