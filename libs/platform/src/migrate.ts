import { readFile } from 'node:fs/promises';
import type { DataSource, EntityManager } from 'typeorm';
import type { Log } from './log.js';
import { hashesOf, hashOf, type Migrations } from './migration.js';
import { Platform1763769600001 } from './migrations/1-platform.js';
import { Runs1764291600000 } from './migrations/2-runs.js';
import { Schedules1764295200000 } from './migrations/3-schedules.js';
import { TenantKeys1795910400050 } from './migrations/5-tenant-keys.js';
import { StoredObjects1764316800000 } from './migrations/6-stored-objects.js';
import { Traces1799000000007 } from './migrations/7-traces.js';
import { describeSchema, schemaDifferences } from './schema.js';
import { applySqlFiles } from './sql-files.js';
import type { Classes, Tables } from './tables.js';
import { enableRowLevelSecurity } from './tenant-scope.js';

/** How a service's role uses the tables. */
export interface ServiceRole {
  /** Quoted as in SQL. */
  name: string;
  /** Whether it is also the owner of the tables. Then it has all rights. */
  isOwner: boolean;
}

/** The migrations of the tables that every service has. */
export const platformMigrations: Migrations = [
  Platform1763769600001,
  Runs1764291600000,
  Schedules1764295200000,
  TenantKeys1795910400050,
  StoredObjects1764316800000,
  Traces1799000000007,
];

const PLATFORM_SQL = new URL('../sql/', import.meta.url);
const MIGRATION_LOCK = 0x5ce9;
/** Shown at most, of the lines that differ. */
const SHOWN_LINES = 10;

/** What was applied to the database: migrations; the files of sql/ as they are now, and the schema for which rights were granted last. */
const RECORDS = `
  create table if not exists migration (name text primary key, hash text not null, applied_at timestamptz not null default now());
  create table if not exists sql_file (name text primary key, hash text not null, applied_at timestamptz not null default now())`;
const READ_RECORDS = `
  select 'migration' as of, name, hash from migration union all select 'sql_file', name, hash from sql_file`;
const RECORD_MIGRATION = 'insert into migration (name, hash) values ($1, $2)';
const RECORD_SCHEMA = `insert into sql_file (name, hash) values ('schema.txt', $1) on conflict (name) do update set hash = $1, applied_at = now()`;
const HAS_TABLES = `select to_regclass('outbox') is not null as has_tables`;

/**
 * Applies the migrations and SQL files that a service's database lacks, and grants the service its rights, one instance at a time. Then
 * compares the schema with that of a new database. All in one transaction: a start that is refused changes nothing.
 * @param check `warn` only logs differences between the schemas
 * @throws Error saying what differs and what to do
 */
export async function migrate(owner: DataSource, role: ServiceRole, tables: Tables, check: string, log: Log): Promise<void> {
  const expected = tables.schema && (await readFile(tables.schema, 'utf8'));
  if (expected === undefined) log.warn(`${tables.name} has no schema.txt: its schema is not compared`);
  await owner.transaction(async (manager) => {
    await manager.query('set local statement_timeout = 0; set local lock_timeout = 0');
    await manager.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await manager.query(RECORDS);
    const records = (await manager.query(READ_RECORDS)) as { of: string; name: string; hash: string }[];
    const recorded = (kind: string) => new Map(records.filter((record) => record.of === kind).map(({ name, hash }) => [name, hash]));
    const [migrations, files] = [recorded('migration'), recorded('sql_file')];

    await runMigrations(manager, tables, migrations);
    await applySqlFiles(manager, { platform: PLATFORM_SQL, ...(tables.sql && { [tables.name]: tables.sql }) }, tables.contract, files);
    // Rights are granted for each new schema and role. They are not repaired: an operator who changed them by hand has to know.
    const schemaHash = hashOf(`${role.name} ${role.isOwner}\n${expected}`);
    const isCurrent = expected !== undefined && files.get('schema.txt') === schemaHash;
    if (!isCurrent) {
      if (tables.tenantScoped) await enableRowLevelSecurity(manager);
      if (!role.isOwner) await manager.query(grants(owner, role.name, tables));
    }
    if (expected === undefined) return;

    const differences = schemaDifferences(expected, await describeSchema(manager, role.name), role.isOwner);
    if (!differences.length) {
      if (!isCurrent) await manager.query(RECORD_SCHEMA, [schemaHash]);
      return;
    }
    const fault = describeDifferences(tables.name, differences);
    if (check !== 'warn') throw new Error(fault);
    log.warn(fault);
  });
}

async function runMigrations(manager: EntityManager, { name: service, migrations }: Tables, applied: Map<string, string>): Promise<void> {
  const known = [...platformMigrations, ...migrations];
  const hashes = hashesOf(known);
  for (const [name, hash] of applied) {
    if (!hashes[name])
      throw new Error(
        `${service}'s database was migrated by a newer release (migration ${name}, which this release does not know); start that release or a newer one, or restore a backup.`,
      );
    if (hashes[name] !== hash)
      throw new Error(
        `${service}'s database has the migration ${name} with another text than this release (SHA-256 ${hash.slice(0, 12)}…, here ${hashes[name].slice(0, 12)}…); start the release that created the database, or restore a backup.`,
      );
  }
  if (!applied.size) await assertEmpty(manager, service);
  for (const migration of known) {
    if (applied.has(migration.name)) continue;
    try {
      await manager.query(new migration().sql);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`${service}'s migration ${migration.name}: ${reason}`, { cause: error });
    }
    await manager.query(RECORD_MIGRATION, [migration.name, hashes[migration.name]]);
  }
}

async function assertEmpty(manager: EntityManager, service: string): Promise<void> {
  const [{ has_tables }] = (await manager.query(HAS_TABLES)) as [{ has_tables: boolean }];
  if (has_tables)
    throw new Error(
      `${service}'s database has tables without a record of migrations, so it is older than release 0.1.0, which cannot upgrade it; start with an empty database.`,
    );
}

function grants(owner: DataSource, role: string, { appendOnly = [], readOnly = [] }: Tables): string {
  const revoke = (rights: string) => (entity: Classes[number]) =>
    `revoke ${rights} on "${owner.getMetadata(entity).tableName}" from ${role};`;
  return `
    grant usage on schema public to ${role};
    grant select, insert, update, delete on all tables in schema public to ${role};
    grant usage on all sequences in schema public to ${role};
    revoke insert, update, delete on migration, sql_file from ${role};
    ${appendOnly.map(revoke('update, delete')).join('\n')}
    ${readOnly.map(revoke('insert, update, delete')).join('\n')}`;
}

function describeDifferences(service: string, differences: string[]): string {
  const shown = differences.slice(0, SHOWN_LINES).map((line) => `  ${line}`);
  const more = differences.length - shown.length;
  return [
    `${service}'s database does not have the schema of this release:`,
    ...shown,
    ...(more > 0 ? [`  and ${more} more`] : []),
    'Undo what was changed by hand, or restore a backup; SKEP_SCHEMA_CHECK=warn starts the service anyway. ' +
      'After a change of migrations or SQL files, npm run generate updates schema.txt.',
  ].join('\n');
}
