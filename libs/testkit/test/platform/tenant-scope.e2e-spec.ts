import { type Database, Migration, statement, type Tables } from '@skep/platform';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Column, DataSource, Entity, PrimaryColumn } from 'typeorm';
import { type Infrastructure, openTestDatabase, startInfrastructure } from '../../src/index.js';

@Entity()
class Note {
  @PrimaryColumn('text') id!: string;
  @Column('text') tenant_id!: string;
  @Column('text') text!: string;
}
class Notes1763769600902 extends Migration {
  readonly sql = 'create table note (id text primary key, tenant_id text not null, text text not null)';
}
class UppercaseNotes1763769600903 extends Migration {
  readonly sql = 'update note set text = upper(text)';
}

const tables = { name: 'notes', entities: [Note], migrations: [Notes1763769600902], tenantScoped: true } satisfies Tables;
const SELECT = statement('select id from note order by id', { id: 'text' });
const UPDATE = statement('update note set text = upper(text) returning id', { id: 'text' });
const INSERT = statement('insert into note (id, tenant_id, text) values (:id, :tenant, :text)');

let infra: Infrastructure;
let db: Database;
const open = async (more: Partial<Tables> = {}, env = {}) =>
  openTestDatabase({ ...tables, ...more }, { ...(await infra.env('notes')), DATABASE_POOL: '2', ...env });
const readIds = async () => (await db.rows(SELECT)).map(({ id }) => id);
const inA = <T>(work: () => Promise<T>) => db.inTenant('a', work);
const inB = <T>(work: () => Promise<T>) => db.inTenant('b', work);

beforeAll(async () => {
  infra = await startInfrastructure();
  await (await open()).close();
});
beforeEach(() =>
  infra.query('notes', `truncate note; insert into note values ('a1', 'a', 'mine'), ('a2', 'a', 'mine'), ('b1', 'b', 'theirs')`),
);
afterAll(async () => {
  await infra?.close();
});

describe.each(['pipelined', 'statement'])('with SKEP_TENANT_SCOPE=%s', (SKEP_TENANT_SCOPE) => {
  beforeAll(async () => {
    db = await open({}, { SKEP_TENANT_SCOPE, DATABASE_POOL: '4' });
  });
  afterAll(() => db.close());

  describe('work in the scope of a tenant', () => {
    it('reads, updates and deletes only that tenant’s rows, without a condition in the query', async () => {
      expect(await inA(readIds)).toEqual(['a1', 'a2']);
      expect((await inA(() => db.rows(UPDATE))).map(({ id }) => id).sort()).toEqual(['a1', 'a2']);
      expect(await inA(() => db.rows(statement('delete from note returning id')))).toHaveLength(2);
      expect(await infra.query('notes', 'select * from note')).toEqual([{ id: 'b1', tenant_id: 'b', text: 'theirs' }]);
    });

    it('cannot insert a row for another tenant, nor move one there', async () => {
      await expect(inA(() => db.rows(INSERT, { id: 'x', tenant: 'b', text: '' }))).rejects.toMatchObject({ code: '42501' });
      await expect(inA(() => db.rows(statement(`update note set tenant_id = 'b'`)))).rejects.toMatchObject({ code: '42501' });
      await inA(() => db.rows(INSERT, { id: 'a3', tenant: 'a', text: '' }));
      expect(await inA(readIds)).toEqual(['a1', 'a2', 'a3']);
    });

    it('is limited to the tenant with TypeORM as with statements, inside and outside a transaction', async () => {
      const ids = async () => (await db.repository(Note).find()).map(({ id }) => id).sort();
      expect(await inA(ids)).toEqual(['a1', 'a2']);
      expect(await inB(() => db.transaction(ids))).toEqual(['b1']);
      await expect(inA(() => db.repository(Note).insert({ id: 'x', tenant_id: 'b', text: '' }))).rejects.toThrow('row-level security');
      expect(await inA(() => db.repository(Note).countBy({ id: 'b1' }))).toBe(0);
    });

    it('switches to another tenant and back within a transaction', async () => {
      const all = await inA(() =>
        db.transaction(async () => [
          await readIds(),
          await inB(readIds),
          await readIds(),
          await db.acrossTenants(readIds),
          await readIds(),
        ]),
      );
      expect(all).toEqual([['a1', 'a2'], ['b1'], ['a1', 'a2'], ['a1', 'a2', 'b1'], ['a1', 'a2']]);
    });

    it('is still limited to the tenant after a rollback to a savepoint, which undoes the setting', async () => {
      const all = await inA(() =>
        db.transaction(async () => {
          await readIds();
          await db.rows(statement('savepoint here'));
          await inB(readIds);
          await db.rows(statement('rollback to savepoint here'));
          return [await inB(readIds), await readIds()];
        }),
      );
      expect(all).toEqual([['b1'], ['a1', 'a2']]);
    });

    it('is still limited to the tenant after a failed query and after a rollback', async () => {
      await expect(inB(() => db.rows(INSERT, { id: 'a1', tenant: 'b', text: '' }))).rejects.toMatchObject({ code: '23505' });
      await expect(inB(() => db.transaction(() => db.rows(INSERT, { id: 'a1', tenant: 'b', text: '' })))).rejects.toMatchObject({
        code: '23505',
      });
      for (let n = 0; n < 4; n++) expect(await Promise.all([inA(readIds), inB(readIds)])).toEqual([['a1', 'a2'], ['b1']]);
    });

    it('keeps its own tenant while many requests wait for few connections', async () => {
      const work = Array.from({ length: 120 }, (_, n) => {
        const inTenant = n % 2 ? inA : inB;
        const read = n % 3 ? readIds : () => db.transaction(readIds);
        return inTenant(read);
      });
      for (const [n, ids] of (await Promise.all(work)).entries()) expect(ids).toEqual(n % 2 ? ['a1', 'a2'] : ['b1']);
    });

    it('keeps its own tenant in queries of one transaction that run at once', async () => {
      const all = await inA(() => db.transaction(() => Promise.all([readIds(), inB(readIds), db.acrossTenants(readIds), readIds()])));
      expect(all).toEqual([['a1', 'a2'], ['b1'], ['a1', 'a2', 'b1'], ['a1', 'a2']]);
    });
  });

  describe('work without a tenant', () => {
    it('reads and inserts nothing, also on connections that others have used', async () => {
      await Promise.all([inA(readIds), db.acrossTenants(readIds)]);
      for (const without of [readIds, () => db.inTenant('', readIds), () => db.transaction(readIds)])
        expect(await Promise.all([without(), without()])).toEqual([[], []]);
      await expect(db.rows(INSERT, { id: 'x', tenant: 'a', text: '' })).rejects.toMatchObject({ code: '42501' });
      await expect(db.inTenant('', () => db.rows(INSERT, { id: 'x', tenant: '', text: '' }))).rejects.toMatchObject({ code: '42501' });
    });

    it('still sees none while it waits for a connection that work of a tenant holds', async () => {
      const reads = [() => inA(readIds), readIds, () => db.inTenant('', readIds)];
      const all = await Promise.all(Array.from({ length: 40 }, () => reads.map((read) => read())).flat());
      for (const [n, ids] of all.entries()) expect(ids).toEqual(n % 3 ? [] : ['a1', 'a2']);
    });

    it('does not see all rows as the tenant *', async () => {
      expect(await db.inTenant('*', readIds)).toEqual([]);
    });

    it('sees all rows in acrossTenants', async () => {
      expect(await db.acrossTenants(readIds)).toEqual(['a1', 'a2', 'b1']);
    });
  });
});

describe('the owner of the tables', () => {
  it('is limited as well', async () => {
    const { DATABASE_OWNER_URL } = await infra.env('notes');
    const owner = await new DataSource({ type: 'postgres', url: DATABASE_OWNER_URL }).initialize();
    try {
      expect(await owner.query('select * from note')).toEqual([]);
    } finally {
      await owner.destroy();
    }
  });

  it('migrates the rows of every tenant', async () => {
    const migrated = await open({ migrations: [Notes1763769600902, UppercaseNotes1763769600903] });
    await migrated.close();
    expect(await infra.query('notes', 'select distinct text from note order by 1')).toEqual([{ text: 'MINE' }, { text: 'THEIRS' }]);
  });
});
