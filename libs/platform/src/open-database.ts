import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, type MixedList } from 'typeorm';
import { ConfigError, ServiceConfig } from './config.js';
import { Database } from './database.js';
import { FairPool } from './internals/fair-pool.js';
import { driverWith } from './internals/typeorm-driver.js';
import type { Contract } from '@skep/contracts';
import type { Log } from './log.js';
import { Platform1763769600001 } from './migrations/1-platform.js';
import { applySqlFiles } from './sql-files.js';
import { tenantPool } from './tenant-pool.js';
import { OWNER_OPTIONS, enableRowLevelSecurity } from './tenant-scope.js';

/** Entity or migration classes. */
export type Classes = (abstract new () => object)[];

/** A service's tables in Postgres. */
export interface Tables {
  /** The service's name; Postgres shows it as `application_name`. */
  name: string;
  entities: Classes;
  /** They run in the order of the numbers at the end of their names. */
  migrations: Classes;
  /** The folder of its functions, triggers and views, a file each; applied after the migrations, and again when a file changes. */
  sql?: URL;
  /** The contract whose events the SQL files may name. */
  contract?: Contract;
  /** Entities whose rows the service may insert and read, but neither update nor delete. */
  appendOnly?: Classes;
  /** Entities whose rows the service may only read: `security definer` functions of the tables' owner write them. */
  readOnly?: Classes;
  /** Enables row-level security on every table with a `tenant_id`: a request sees only its own tenant's rows. See tenant-scope.ts. */
  tenantScoped?: boolean;
}

const PLATFORM_SQL = new URL('../sql/', import.meta.url);
const MIGRATION_LOCK = 0x5ce9;
const MAX_ATTEMPTS = 60;

/** Creates the TypeORM data source of a service's tables. */
export const createDataSource = ({ name, entities, migrations }: Tables, url: string, pool: number, poolOptions: object = {}): DataSource =>
  new DataSource({
    type: 'postgres',
    driver: driverWith(FairPool),
    url,
    applicationName: name,
    entities: entities as MixedList<new () => object>,
    migrations: [Platform1763769600001, ...migrations] as MixedList<new () => object>,
    synchronize: false,
    poolSize: pool,
    // Also the time that work waits for a free connection of a busy pool. A stopped Postgres refuses connections at once.
    connectTimeoutMS: 2_000,
    extra: {
      statement_timeout: 5_000,
      lock_timeout: 4_000,
      idle_in_transaction_session_timeout: 10_000,
      // On a new connection each statement must be planned, which costs its first users 20 ms or more.
      idleTimeoutMillis: 600_000,
      allowExitOnIdle: false,
      ...poolOptions,
    },
  });

/**
 * Connects to Postgres, retrying for half a minute. The role that owns the tables migrates them (one instance at a time) and grants
 * the service its rights on them; the service connects as another role.
 * @throws ConfigError in production if both are the same role, or the service's role bypasses the rights of tables
 */
export async function openDatabase(tables: Tables, config: ServiceConfig, log: Log): Promise<Database> {
  const { DATABASE_URL, DATABASE_OWNER_URL = DATABASE_URL, DATABASE_POOL, SKEP_TENANT_SCOPE, NODE_ENV } = config;
  const source = createDataSource(tables, DATABASE_URL, DATABASE_POOL, tables.tenantScoped ? tenantPool(SKEP_TENANT_SCOPE) : {});
  const owner = createDataSource(tables, DATABASE_OWNER_URL, 2, { options: OWNER_OPTIONS });
  try {
    for (const each of [source, owner]) await connect(each, log);
    const [{ role, bypasses_rights }] = (await source.query(READ_ROLE)) as [{ role: string; bypasses_rights: boolean }];
    const isOwner = DATABASE_OWNER_URL === DATABASE_URL;
    await migrate(owner, role, isOwner ? { ...tables, readOnly: [] } : tables);
    if (bypasses_rights || isOwner) {
      const fault =
        'the role of DATABASE_URL owns its tables or bypasses their rights; use another role, and set DATABASE_OWNER_URL to the owner';
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
      if (attempt === MAX_ATTEMPTS) throw error;
      if (attempt % 10 === 3) log.warn(`cannot connect to Postgres; retrying: ${String(error)}`);
      await sleep(500);
    }
  }
}

const READ_ROLE = `select quote_ident(rolname) as role, rolsuper or rolbypassrls as bypasses_rights from pg_roles where rolname = current_user`;

async function migrate(owner: DataSource, role: string, tables: Tables): Promise<void> {
  const { name, appendOnly = [], readOnly = [], tenantScoped, sql, contract = {} } = tables;
  const runner = owner.createQueryRunner();
  try {
    await runner.query(`set statement_timeout = 0; set lock_timeout = 0`);
    await runner.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await owner.runMigrations({ transaction: 'each' });
    await applySqlFiles(runner, { platform: PLATFORM_SQL, ...(sql && { [name]: sql }) }, contract);
    if (tenantScoped) await enableRowLevelSecurity(runner);
    const revoke = (rights: string) => (entity: Classes[number]) =>
      `revoke ${rights} on "${owner.getMetadata(entity).tableName}" from ${role};`;
    await runner.query(`
      grant usage on schema public to ${role};
      grant select, insert, update, delete on all tables in schema public to ${role};
      grant usage on all sequences in schema public to ${role};
      revoke insert, update, delete on migrations, sql_file from ${role};
      ${appendOnly.map(revoke('update, delete')).join('\n')}
      ${readOnly.map(revoke('insert, update, delete')).join('\n')}`);
  } finally {
    await runner.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
    await runner.release();
  }
}
