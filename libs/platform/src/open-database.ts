import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, type MixedList } from 'typeorm';
import type { ServiceConfig } from './config.js';
import { Database } from './database.js';
import type { Log } from './log.js';
import { Platform1763769600001 } from './migrations/1-platform.js';

export type Classes = (abstract new () => object)[];

const LOCK = 0x5ce9;
const TRIES = 60;

export const dataSourceOf = (name: string, config: ServiceConfig, entities: Classes, migrations: Classes): DataSource =>
  new DataSource({
    type: 'postgres',
    url: config.DATABASE_URL,
    applicationName: name,
    entities: entities as MixedList<new () => object>,
    migrations: [Platform1763769600001, ...migrations] as MixedList<new () => object>,
    synchronize: false,
    poolSize: config.DATABASE_POOL,
    // Also how long work waits for a free connection of a busy pool; a Postgres that is gone refuses at once.
    connectTimeoutMS: 2_000,
    extra: { statement_timeout: 5_000, lock_timeout: 4_000, idle_in_transaction_session_timeout: 10_000, allowExitOnIdle: false },
  });

/** Connects, waiting up to half a minute for Postgres, and migrates; of several instances one migrates and the others wait. */
export async function openDatabase(source: DataSource, log: Log): Promise<Database> {
  for (let attempt = 1; ; attempt++) {
    try {
      await source.initialize();
      break;
    } catch (error) {
      if (attempt === TRIES) throw error;
      if (attempt % 10 === 3) log.warn(`Postgres is away; trying again: ${String(error)}`);
      await sleep(500);
    }
  }
  const runner = source.createQueryRunner();
  try {
    await runner.query(`set statement_timeout = 0; set lock_timeout = 0`);
    await runner.query('select pg_advisory_lock($1)', [LOCK]);
    await source.runMigrations({ transaction: 'each' });
  } finally {
    await runner.query('select pg_advisory_unlock($1)', [LOCK]).catch(() => undefined);
    await runner.query('reset statement_timeout; reset lock_timeout').catch(() => undefined);
    await runner.release();
  }
  return new Database(source);
}
