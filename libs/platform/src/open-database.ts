import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, type MixedList } from 'typeorm';
import { ConfigError, ServiceConfig } from './config.js';
import { Database } from './database.js';
import { FairPool } from './internals/fair-pool.js';
import { driverWith } from './internals/typeorm-driver.js';
import type { Log } from './log.js';
import { migrate } from './migrate.js';
import { EncryptionKeys } from './sealing/encryption-keys.js';
import { SealingConfig } from './sealing/sealing-config.js';
import type { Tables } from './tables.js';
import { tenantPool } from './tenant-pool.js';
import { OWNER_OPTIONS } from './tenant-scope.js';

const MAX_ATTEMPTS = 60;

/** Also the time that work waits for a free connection of a busy pool. A stopped Postgres refuses connections at once. */
const CONNECT_TIMEOUT_MS = 2_000;
const POOL_OPTIONS = {
  statement_timeout: 5_000,
  lock_timeout: 4_000,
  idle_in_transaction_session_timeout: 10_000,
  // On a new connection each statement must be planned, which costs its first users 20 ms or more.
  idleTimeoutMillis: 600_000,
  allowExitOnIdle: false,
};

/** Creates the TypeORM data source of a service's tables. */
export const createDataSource = ({ name, entities }: Tables, url: string, pool: number, poolOptions: object = {}): DataSource =>
  new DataSource({
    type: 'postgres',
    driver: driverWith(FairPool),
    url,
    applicationName: name,
    entities: entities as MixedList<new () => object>,
    synchronize: false,
    poolSize: pool,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    extra: { ...POOL_OPTIONS, ...poolOptions },
  });

/** With row-level security Postgres expects too few rows, so that it would sort, or read a whole table, although each list and search has an index. */
const INDEX_OPTIONS = { options: '-c enable_sort=off -c enable_seqscan=off' };

/** Creates the pool of lists and searches: each person has one connection of it, and a shorter time. */
const createListPool = ({ name, tenantScoped }: Tables, url: string, max: number, poolOptions: object): FairPool =>
  new FairPool(
    {
      connectionString: url,
      application_name: `${name} lists`,
      max,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      ...POOL_OPTIONS,
      statement_timeout: 2_000,
      ...(tenantScoped && INDEX_OPTIONS),
      ...poolOptions,
    },
    { slots: max, slotsPerOwner: 1 },
  );

/**
 * Connects to Postgres, retrying for half a minute. The role that owns the tables migrates them (one instance at a time) and grants
 * the service its rights on them; the service connects as another role.
 * @throws ConfigError in production if both are the same role, or the service's role bypasses the rights of tables
 * @throws Error if this release does not fit the database: see migrate.ts
 */
export async function openDatabase(tables: Tables, config: ServiceConfig, log: Log): Promise<Database> {
  const { DATABASE_URL, DATABASE_OWNER_URL = DATABASE_URL, DATABASE_POOL, SKEP_TENANT_SCOPE, SKEP_SCHEMA_CHECK, NODE_ENV } = config;
  const scoped = tables.tenantScoped ? tenantPool(SKEP_TENANT_SCOPE) : {};
  const source = createDataSource(tables, DATABASE_URL, DATABASE_POOL, scoped);
  const owner = createDataSource(tables, DATABASE_OWNER_URL, 2, { options: OWNER_OPTIONS });
  try {
    for (const each of [source, owner]) await connect(each, log);
    const [{ name, bypasses_rights }] = (await source.query(READ_ROLE)) as [{ name: string; bypasses_rights: boolean }];
    const isOwner = DATABASE_OWNER_URL === DATABASE_URL;
    await migrate(owner, { name, isOwner }, tables, SKEP_SCHEMA_CHECK, log);
    if (bypasses_rights || isOwner) {
      const fault =
        'the role of DATABASE_URL owns its tables or bypasses their rights; use another role, and set DATABASE_OWNER_URL to the owner';
      if (NODE_ENV === 'production') throw new ConfigError(ServiceConfig, [{ setting: 'DATABASE_URL', fault }]);
      log.warn(fault);
    }
    const keys = config instanceof SealingConfig ? new EncryptionKeys(config.SKEP_ENCRYPTION_KEY, tables.name) : undefined;
    const db = new Database(source, createListPool(tables, DATABASE_URL, Math.max(2, Math.ceil(DATABASE_POOL / 3)), scoped), keys);
    await db.sealing.check(tables.name);
    return db;
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

const READ_ROLE = `select quote_ident(rolname) as name, rolsuper or rolbypassrls as bypasses_rights from pg_roles where rolname = current_user`;
