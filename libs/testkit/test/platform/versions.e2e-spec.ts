import { Migration, type Migrations, type Tables } from '@skep/platform';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { describeNewSchema, type Infrastructure, openTestDatabase, startInfrastructure } from '../../src/index.js';

@Entity()
class Jar {
  @PrimaryColumn('bigint') id!: number;
  @Column('text') label!: string;
}
class Jars extends Migration {
  readonly sql: string = `
    create table jar (id bigint primary key, label text not null default '', constraint jar_label check (label <> 'none'));
    create index jar_labels on jar (label) where label <> ''`;
}
const AlteredJars = Object.defineProperty(
  class extends Jars {
    override readonly sql = 'create table jar (id bigint primary key, label text)';
  },
  'name',
  { value: 'Jars' },
);
class Lids extends Migration {
  readonly sql = 'create table lid (id bigint primary key)';
}
class Broken extends Migration {
  readonly sql = 'create table lid (id bigint primary key); create tabel jug ()';
}
const REFUSE = `create or replace function refuse() returns trigger language plpgsql as $$ begin raise 'refused'; end $$;`;
const TRIGGER = 'create or replace trigger jar_kept before delete on jar for each row execute function refuse();';

let infra: Infrastructure;
let folder: string;
let tables: Tables;
let name: string;
let count = 0;
beforeAll(async () => (infra = await startInfrastructure()));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'skep-versions-'));
  await writeFile(join(folder, 'jar_kept.sql'), `${REFUSE} ${TRIGGER}`);
  const [sql, schema] = [pathToFileURL(`${folder}/`), pathToFileURL(join(folder, 'schema.txt'))];
  name = `jars_${++count}`;
  tables = { name, entities: [Jar], appendOnly: [Jar], migrations: [Jars], sql, schema };
  await writeFile(schema, await describeNewSchema(tables));
  await start();
});
afterEach(() => rm(folder, { recursive: true, force: true }));
afterAll(() => infra?.close());

async function start({ migrations = tables.migrations, env = {} }: { migrations?: Migrations; env?: Record<string, string> } = {}) {
  const db = await openTestDatabase({ ...tables, migrations }, await infra.env(name, env));
  await db.close();
}
/** Changes the database by hand. The role of the service is `SERVICE`. */
const alter = async (sql: string) =>
  infra.query(name, sql.replace('SERVICE', new URL((await infra.env(name))['DATABASE_URL'] ?? '').username));

describe('a service', () => {
  it('starts again on its database, and compares it with three statements', async () => {
    const query = jest.spyOn(pg.Client.prototype, 'query');
    try {
      await start();
      const sent = query.mock.calls.map(([sent]) =>
        String((sent as { text?: string } | string) instanceof Object ? (sent as { text?: string }).text : sent),
      );
      const transaction = sent.slice(sent.indexOf('START TRANSACTION') + 1, sent.indexOf('COMMIT'));
      expect(transaction.filter((sql) => !/^(set local|select pg_advisory_xact_lock)/.test(sql))).toHaveLength(3);
    } finally {
      query.mockRestore();
    }
  });

  it('does not start on a database of a newer release, and says which migration it does not know', async () => {
    await expect(start({ migrations: [Jars, Lids] })).rejects.toThrow('unexpected: table lid');
    await start({ migrations: [Jars, Lids], env: { SKEP_SCHEMA_CHECK: 'warn' } });
    await expect(start()).rejects.toThrow(
      /^jars_\d+'s database was migrated by a newer release \(migration Lids, .*\); start that release or a newer one, or restore a backup\.$/,
    );
  });

  it('does not start if the text of an applied migration has changed', async () => {
    await expect(start({ migrations: [AlteredJars as Migrations[number]] })).rejects.toThrow(
      /^jars_\d+'s database has the migration Jars with another text than this release \(SHA-256 .*\); start the release that .*, or restore a backup\.$/,
    );
  });

  it('does not start on tables without a record of migrations', async () => {
    await alter('drop table migration');
    await expect(start()).rejects.toThrow('older than release 0.1.0, which cannot upgrade it; start with an empty database.');
  });

  it('changes nothing if a migration fails, which the error names', async () => {
    await expect(start({ migrations: [Jars, Broken] })).rejects.toThrow(/^jars_\d+'s migration Broken: syntax error at or near "tabel"$/);
    await start();
  });
});

describe('a schema that was changed by hand', () => {
  it.each([
    ['a trigger is missing', 'drop trigger jar_kept on jar', 'missing: table jar: CREATE TRIGGER jar_kept'],
    ['a trigger is disabled', 'alter table jar disable trigger jar_kept', 'EXECUTE FUNCTION refuse(), not enabled'],
    ['there is one more column', 'alter table jar add size int', 'unexpected: table jar column size integer'],
    ['a column has another type', 'alter table jar alter id type int', 'unexpected: table jar column id integer not null'],
    ['a column may be null', 'alter table jar alter label drop not null', `unexpected: table jar column label text default ''::text`],
    ['a default is missing', 'alter table jar alter label drop default', `missing: table jar column label text not null default ''::text`],
    [
      'a constraint is missing',
      'alter table jar drop constraint jar_label',
      `missing: table jar constraint jar_label CHECK (label <> 'none'::text)`,
    ],
    ['an index is missing', 'drop index jar_labels', 'missing: table jar: CREATE INDEX jar_labels'],
    ['a function has another body', REFUSE.replace('refused', 'allowed'), 'missing: function refuse() returns trigger, plpgsql, body'],
    ['a function has the rights of its owner', 'alter function refuse() security definer', 'plpgsql, security definer, body'],
    ['a right is missing', 'revoke select on jar from "SERVICE"', 'missing: table jar grants INSERT, SELECT to the service'],
    [
      'the service may delete what it must keep',
      'grant delete on jar to "SERVICE"',
      'unexpected: table jar grants DELETE, INSERT, SELECT to the service',
    ],
    ['everybody may read a table', 'grant select on jar to public', 'unexpected: table jar grants SELECT to everybody'],
    ['a policy hides rows', 'alter table jar enable row level security', 'unexpected: table jar, row level security'],
  ])('is refused if %s', async (_, sql, line) => {
    await alter(sql);
    const refused = start();
    await expect(refused).rejects.toThrow(/^jars_\d+'s database does not have the schema of this release:\n {2}(missing|unexpected): /);
    await expect(refused).rejects.toThrow(line);
    await expect(start()).rejects.toThrow(line);
    await start({ env: { SKEP_SCHEMA_CHECK: 'warn' } });
  });

  it('lists the first ten lines', async () => {
    await alter(Array.from({ length: 12 }, (_, n) => `alter table jar add c${n} int`).join(';'));
    await expect(start()).rejects.toThrow(/(\n {2}unexpected: .*){10}\n {2}and 2 more\nUndo/);
  });

  it('is accepted if only what a service or an operator adds differs: partitions, settings of storage, rights of others', async () => {
    await alter('alter table jar set (fillfactor = 70); grant select on jar to pg_monitor');
    await start();
  });
});

it('a partitioned table is described without its partitions, which a service creates while it runs', async () => {
  class Parts extends Migration {
    readonly sql = `create table part (at date not null, n int) partition by range (at); create index part_n on part (n)`;
  }
  const migrations = [Jars, Parts];
  await writeFile(tables.schema!, await describeNewSchema({ ...tables, migrations }));
  await start({ migrations });
  await alter(`create table part_2026 partition of part for values from ('2026-01-01') to ('2027-01-01')`);
  await start({ migrations });
});
