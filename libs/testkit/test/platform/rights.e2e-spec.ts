import { type Database, Migration, statement } from '@skep/platform';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { type Infrastructure, openTestDatabase, startInfrastructure } from '../../src/index.js';

@Entity()
class Total {
  @PrimaryColumn('bigint') lines!: number;
}
@Entity()
class Line {
  @PrimaryColumn('bigint', { generated: 'identity', generatedIdentity: 'ALWAYS' }) id!: number;
  @Column('text') text!: string;
}
class Lines1763769600901 extends Migration {
  readonly sql = `
      create table line (id bigint generated always as identity primary key, text text not null);
      create table total (lines bigint primary key);
      create function count_lines() returns void language sql security definer set search_path = public, pg_temp
        as 'insert into total select count(*) from line'`;
}

const tables = { name: 'lines', entities: [Line, Total], migrations: [Lines1763769600901] };
let infra: Infrastructure;
let db: Database;
const open = async (more: Record<string, string> = {}) =>
  openTestDatabase({ ...tables, appendOnly: [Line], readOnly: [Total] }, { ...(await infra.env('lines')), ...more });

beforeAll(async () => {
  infra = await startInfrastructure();
  db = await open();
  await db.repository(Line).insert({ text: 'kept' });
});
afterAll(async () => {
  await db?.close();
  await infra?.close();
});

describe('a service', () => {
  it.each([
    `update line set text = 'changed'`,
    'delete from line',
    'truncate line',
    'alter table line disable trigger all',
    'drop table line',
    'create table other (id int)',
    'delete from migration',
  ])('has no right to: %s', async (sql) => {
    await expect(db.rows(statement(sql))).rejects.toMatchObject({ code: '42501' });
    expect(await db.repository(Line).findBy({ text: 'kept' })).toHaveLength(1);
  });

  it('can only read tables that functions of the owner write', async () => {
    for (const sql of ['insert into total values (2)', 'update total set lines = 2', 'delete from total'])
      await expect(db.rows(statement(sql))).rejects.toMatchObject({ code: '42501' });
    await db.rows(statement('select count_lines()'));
    expect(await db.repository(Total).find()).toEqual([{ lines: 1 }]);
  });

  it('can change other tables', async () => {
    expect(await db.rows(statement(`delete from idempotency returning 1`))).toEqual([]);
  });

  it('has the same rights after a second start', async () => {
    await (await open()).close();
    await expect(db.rows(statement('delete from line'))).rejects.toMatchObject({ code: '42501' });
  });

  it('does not start in production as the owner of its tables', async () => {
    const { DATABASE_OWNER_URL = '' } = await infra.env('lines');
    await expect(open({ NODE_ENV: 'production', DATABASE_URL: DATABASE_OWNER_URL })).rejects.toThrow(
      /^Invalid settings:\n {2}DATABASE_URL: /,
    );
  });
});
