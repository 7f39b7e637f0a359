import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { DataSource, type MixedList } from 'typeorm';
import { ConfigError, ServiceConfig } from './config.js';
import { Database } from './database.js';
import { FairPool } from './fair-pool.js';
import type { Log } from './log.js';
import { Platform1763769600001 } from './migrations/1-platform.js';
import { OWNER_OPTIONS, enableRowLevelSecurity, tenantPool } from './tenant-scope.js';

export type Classes = (abstract new () => object)[];

/** What a service keeps in Postgres. */
export interface Tables {
  /** The service's name, which its connections carry. */
  name: string;
  entities: Classes;
  migrations: Classes;
  /** Entities whose rows the service may add and read, and neither change nor remove. */
  appendOnly?: Classes;
  /** Entities whose rows the service may only read: functions of the tables' owner (`security definer`) write them. */
  readOnly?: Classes;
  /** Puts every table with a `tenant_id` behind row-level security: a request sees the rows of its own tenant alone. See wall.ts. */
  tenantScoped?: boolean;
}

const LOCK = 0x5ce9;
const TRIES = 60;

export const dataSourceOf = ({ name, entities, migrations }: Tables, url: string, pool: number, more: object = {}): DataSource =>
  new DataSource({
    type: 'postgres',
    driver: { ...pg, Pool: FairPool },
    url,
    applicationName: name,
    entities: entities as MixedList<new () => object>,
    migrations: [Platform1763769600001, ...migrations] as MixedList<new () => object>,
    synchronize: false,
    poolSize: pool,
    // Also how long work waits for a free connection of a busy pool; a Postgres that is gone refuses at once.
    connectTimeoutMS: 2_000,
    extra: {
      statement_timeout: 5_000,
      lock_timeout: 4_000,
      idle_in_transaction_session_timeout: 10_000,
      // A new connection has all its plans yet to make: 20 ms and more, for whoever gets it.
      idleTimeoutMillis: 600_000,
      allowExitOnIdle: false,
      ...more,
    },
  });

/**
 * Connects, waiting up to half a minute for Postgres. The owner of the tables migrates them (of several instances one, and the
 * others wait) and says what the service may do with them; the service itself connects as another role.
 * @throws ConfigError in production, where the service would own its tables: then no right could be kept from it
 */
export async function openDatabase(tables: Tables, config: ServiceConfig, log: Log): Promise<Database> {
  const { DATABASE_URL, DATABASE_OWNER_URL = DATABASE_URL, DATABASE_POOL, NODE_ENV } = config;
  const source = dataSourceOf(tables, DATABASE_URL, DATABASE_POOL, tables.tenantScoped ? tenantPool : {});
  const owner = dataSourceOf(tables, DATABASE_OWNER_URL, 2, { options: OWNER_OPTIONS });
  try {
    for (const each of [source, owner]) await connect(each, log);
    const [{ role, above }] = (await source.query(ROLE)) as [{ role: string; above: boolean }];
    const alone = DATABASE_OWNER_URL === DATABASE_URL;
    await migrate(owner, role, alone ? { ...tables, readOnly: [] } : tables);
    if (above || alone) {
      const fault = 'the role of DATABASE_URL stands above the rights of its tables: give their owner in DATABASE_OWNER_URL';
      if (NODE_ENV === 'production') throw new ConfigError(ServiceConfig, [{ setting: 'DATABASE_URL', fault }]);
      log.warn(fault);
    }
    return new Database(source);
  } catch (error) {
    if (source.isInitialized) await source.destroy();
    throw error;
  } finally {
    if (owner.isInitialized) await owner.destroy();
  }
}

async function connect(source: DataSource, log: Log): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return void (await source.initialize());
    } catch (error) {
      if (attempt === TRIES) throw error;
      if (attempt % 10 === 3) log.warn(`Postgres is away; trying again: ${String(error)}`);
      await sleep(500);
    }
  }
}

const ROLE = `select quote_ident(rolname) as role, rolsuper or rolbypassrls as above from pg_roles where rolname = current_user`;

async function migrate(owner: DataSource, role: string, { appendOnly = [], readOnly = [], tenantScoped: walled }: Tables): Promise<void> {
  const runner = owner.createQueryRunner();
  try {
    await runner.query(`set statement_timeout = 0; set lock_timeout = 0`);
    await runner.query('select pg_advisory_lock($1)', [LOCK]);
    await owner.runMigrations({ transaction: 'each' });
    if (walled) await enableRowLevelSecurity(runner);
    const revoke = (rights: string) => (entity: Classes[number]) =>
      `revoke ${rights} on "${owner.getMetadata(entity).tableName}" from ${role};`;
    await runner.query(`
      grant usage on schema public to ${role};
      grant select, insert, update, delete on all tables in schema public to ${role};
      grant usage on all sequences in schema public to ${role};
      revoke insert, update, delete on migrations from ${role};
      ${appendOnly.map(revoke('update, delete')).join('\n')}
      ${readOnly.map(revoke('insert, update, delete')).join('\n')}`);
  } finally {
    await runner.query('select pg_advisory_unlock($1)', [LOCK]).catch(() => undefined);
    await runner.release();
  }
}
