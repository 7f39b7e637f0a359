import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceConfig } from './config.js';
import type { Database } from './database.js';
import { Interval } from './interval.js';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';
import type { Period, Retention } from './retention.js';
import { type Statement, statement } from './statement.js';

/** Rows that one statement removes: some 5 ms of work, so that no request waits for it. */
const BATCH_ROWS = 1_000;
const INTERVAL_MS = 60_000;
/** The pause after a batch: four times its duration, so that at most a fifth of one connection is used. */
const PAUSE = { least: 10, timesTheBatch: 4 };

/** Of one table: an instance that finds it taken leaves the table to the other, which does not stop before it is done. */
const TRY_LOCK = statement(`select pg_try_advisory_xact_lock(hashtextextended('skep.housekeeping ' || :table, 0)) as locked`, {
  locked: 'bool',
});
const REMOVED = { removed: 'int8' } as const;

interface Job {
  table: string;
  statement: Statement<{ removed: number }>;
  values: Record<string, unknown>;
}

/**
 * Removes the rows that a service keeps no longer: every minute, in small batches until none are left. One instance at a time removes
 * rows of a table.
 */
export class Housekeeping {
  private readonly jobs: readonly Job[];
  private readonly interval = new Interval(INTERVAL_MS, () => this.removeExpired());
  private stopped = false;

  constructor(
    retentions: readonly Retention[],
    config: ServiceConfig,
    private readonly db: Database,
    private readonly metrics: Metrics,
    private readonly log: Log,
  ) {
    this.jobs = retentions.flatMap((retention) => toJob(retention, config) ?? []);
  }

  start(): void {
    this.interval.start();
    void this.interval.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.interval.stop();
  }

  private async removeExpired(): Promise<void> {
    for (const job of this.jobs)
      await this.runJob(job).catch((error: unknown) =>
        this.log.warn({ error, table: job.table }, 'expired rows could not be removed; trying again in a minute'),
      );
  }

  private async runJob({ table, statement, values }: Job): Promise<void> {
    let total = 0;
    for (let last = BATCH_ROWS; last === BATCH_ROWS && !this.stopped;) {
      const start = performance.now();
      last = await this.removeBatch(table, statement, values);
      total += last;
      this.metrics.countRemoved(table, last);
      if (last === BATCH_ROWS) await sleep(Math.max(PAUSE.least, PAUSE.timesTheBatch * (performance.now() - start)));
    }
    if (total) this.log.info({ table, removed: total }, 'removed expired rows');
  }

  /** Returns how many rows it has removed; 0 while another instance removes rows of this table. */
  private removeBatch(table: string, statement: Job['statement'], values: Job['values']): Promise<number> {
    return this.db.acrossTenants(() =>
      this.db.transaction(async () =>
        (await this.db.row(TRY_LOCK, { table }))?.locked ? ((await this.db.row(statement, values))?.removed ?? 0) : 0,
      ),
    );
  }
}

/** Undefined for rows that are never removed. @throws Error for an unknown setting */
function toJob({ table, period, removal }: Retention, config: ServiceConfig): Job | undefined {
  if (!removal) return undefined;
  const age = toInterval(period, config);
  if (age === undefined) return undefined;
  const values = { age, at_most: BATCH_ROWS };
  if ('by' in removal) {
    const further = removal.with ?? [];
    const parameters = [':age::interval', ':at_most::integer', ...further.map((name) => `:${name}`)].join(', ');
    const settings = Object.fromEntries(further.map((name) => [name, settingOf(config, name)]));
    return { table, statement: statement(`select ${removal.by}(${parameters}) as removed`, REMOVED), values: { ...values, ...settings } };
  }
  const { after, where, expired = `${after} < now() - :age::interval` } = removal;
  const found = `select ctid from ${table} where ${expired}${where ? ` and ${where}` : ''} order by ${after} limit :at_most::integer for update skip locked`;
  return {
    table,
    statement: statement(
      `with deleted as (delete from ${table} where ctid = any(array(${found})) returning 1) select count(*) as removed from deleted`,
      REMOVED,
    ),
    values,
  };
}

/** The interval as Postgres reads it. Undefined for a setting of 0 days: the rows are kept. */
function toInterval(period: Period = '0 days', config: ServiceConfig): string | undefined {
  if (typeof period === 'string') return period;
  const days = settingOf(config, period.days);
  return days === 0 ? undefined : `${days} days`;
}

function settingOf(config: ServiceConfig, name: string): number {
  const value = (config as unknown as Record<string, unknown>)[name];
  if (typeof value !== 'number') throw new Error(`a retention names ${name}, which is no numeric setting`);
  return value;
}
