import { type Database, openDatabase, openLog, readConfig, ServiceConfig, statement } from '@skep/platform';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Column, DataSource, Entity, type MigrationInterface, PrimaryColumn, type QueryRunner } from 'typeorm';
import { type Infrastructure, infrastructure } from '../../src/index.js';

@Entity()
class Note {
  @PrimaryColumn('text') id!: string;
  @Column('text') tenant_id!: string;
  @Column('text') text!: string;
}
class Notes1763769600902 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table note (id text primary key, tenant_id text not null, text text not null)');
  }
  async down(): Promise<void> {}
}
class Louder1763769600903 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('update note set text = upper(text)');
  }
  async down(): Promise<void> {}
}

const tables = { name: 'notes', entities: [Note], migrations: [Notes1763769600902], tenantScoped: true };
const NOTES = statement<{ id: string }>('select id from note order by id');
const SHOUT = statement<{ id: string }>(`update note set text = upper(text) returning id`);
const ADD = statement('insert into note (id, tenant_id, text) values ($1, $2, $3)');

let infra: Infrastructure;
let db: Database;
const open = async (more = {}) =>
  openDatabase(
    { ...tables, ...more },
    readConfig(ServiceConfig, { ...(await infra.env('notes')), DATABASE_POOL: '2' }),
    openLog('notes', 'silent'),
  );
const seen = async () => (await db.rows(NOTES)).map(({ id }) => id);
const inA = <T>(work: () => Promise<T>) => db.inTenant('a', work);
const inB = <T>(work: () => Promise<T>) => db.inTenant('b', work);

beforeAll(async () => {
  infra = await infrastructure();
  db = await open();
});
beforeEach(() =>
  infra.query('notes', `truncate note; insert into note values ('a1', 'a', 'mine'), ('a2', 'a', 'mine'), ('b1', 'b', 'theirs')`),
);
afterAll(async () => {
  await db?.source.destroy();
  await infra?.close();
});

describe('work within the wall of a tenant', () => {
  it('sees, changes and removes the rows of that tenant alone, though the query names none', async () => {
    expect(await inA(seen)).toEqual(['a1', 'a2']);
    expect((await inA(() => db.rows(SHOUT))).map(({ id }) => id).sort()).toEqual(['a1', 'a2']);
    expect(await inA(() => db.rows(statement('delete from note returning id')))).toHaveLength(2);
    expect(await infra.query('notes', 'select * from note')).toEqual([{ id: 'b1', tenant_id: 'b', text: 'theirs' }]);
  });

  it('cannot add a row to another tenant, nor move one there', async () => {
    await expect(inA(() => db.rows(ADD, ['x', 'b', '']))).rejects.toMatchObject({ code: '42501' });
    await expect(inA(() => db.rows(statement(`update note set tenant_id = 'b'`)))).rejects.toMatchObject({ code: '42501' });
    await inA(() => db.rows(ADD, ['a3', 'a', '']));
    expect(await inA(seen)).toEqual(['a1', 'a2', 'a3']);
  });

  it('is walled with TypeORM as with statements, within a transaction and without', async () => {
    const ids = async () => (await db.of(Note).find()).map(({ id }) => id).sort();
    expect(await inA(ids)).toEqual(['a1', 'a2']);
    expect(await inB(() => db.transaction(ids))).toEqual(['b1']);
    await expect(inA(() => db.of(Note).insert({ id: 'x', tenant_id: 'b', text: '' }))).rejects.toThrow('row-level security');
    expect(await inA(() => db.of(Note).countBy({ id: 'b1' }))).toBe(0);
  });

  it('goes from one tenant to another and back within a transaction', async () => {
    const all = await inA(() =>
      db.transaction(async () => [await seen(), await inB(seen), await seen(), await db.acrossTenants(seen), await seen()]),
    );
    expect(all).toEqual([['a1', 'a2'], ['b1'], ['a1', 'a2'], ['a1', 'a2', 'b1'], ['a1', 'a2']]);
  });

  it('is still walled after going back to a savepoint, which forgets what was told since', async () => {
    const all = await inA(() =>
      db.transaction(async () => {
        await seen();
        await db.rows(statement('savepoint here'));
        await inB(seen);
        await db.rows(statement('rollback to savepoint here'));
        return [await inB(seen), await seen()];
      }),
    );
    expect(all).toEqual([['b1'], ['a1', 'a2']]);
  });

  it('is still walled after a query that failed, and after a transaction that was taken back', async () => {
    await expect(inB(() => db.rows(ADD, ['a1', 'b', '']))).rejects.toMatchObject({ code: '23505' });
    await expect(inB(() => db.transaction(() => db.rows(ADD, ['a1', 'b', ''])))).rejects.toMatchObject({ code: '23505' });
    for (let n = 0; n < 4; n++) expect(await Promise.all([inA(seen), inB(seen)])).toEqual([['a1', 'a2'], ['b1']]);
  });

  it('keeps its own tenant when many wait for few connections', async () => {
    const work = Array.from({ length: 120 }, (_, n) => {
      const within = n % 2 ? inA : inB;
      const read = n % 3 ? seen : () => db.transaction(seen);
      return within(read);
    });
    for (const [n, ids] of (await Promise.all(work)).entries()) expect(ids).toEqual(n % 2 ? ['a1', 'a2'] : ['b1']);
  });
});

describe('work that is of no tenant', () => {
  it('sees nothing and adds nothing, also on connections that others have used', async () => {
    await Promise.all([inA(seen), db.acrossTenants(seen)]);
    for (const without of [seen, () => db.inTenant('', seen), () => db.transaction(seen)])
      expect(await Promise.all([without(), without()])).toEqual([[], []]);
    await expect(db.rows(ADD, ['x', 'a', ''])).rejects.toMatchObject({ code: '42501' });
    await expect(db.inTenant('', () => db.rows(ADD, ['x', '', '']))).rejects.toMatchObject({ code: '42501' });
  });

  it('does not see everything by calling itself the tenant *', async () => {
    expect(await db.inTenant('*', seen)).toEqual([]);
  });

  it('sees everything where it says so', async () => {
    expect(await db.acrossTenants(seen)).toEqual(['a1', 'a2', 'b1']);
  });
});

describe('the owner of the tables', () => {
  it('is walled as well', async () => {
    const { DATABASE_OWNER_URL } = await infra.env('notes');
    const owner = await new DataSource({ type: 'postgres', url: DATABASE_OWNER_URL }).initialize();
    try {
      expect(await owner.query('select * from note')).toEqual([]);
    } finally {
      await owner.destroy();
    }
  });

  it('migrates the rows of every tenant', async () => {
    const again = await open({ migrations: [Notes1763769600902, Louder1763769600903] });
    await again.source.destroy();
    expect(await infra.query('notes', 'select distinct text from note order by 1')).toEqual([{ text: 'MINE' }, { text: 'THEIRS' }]);
  });
});
