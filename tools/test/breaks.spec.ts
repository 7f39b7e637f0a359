import { platformMigrations, tablesOf } from '@skep/platform';
import { describe, expect, it, test } from '@jest/globals';
import { readServices } from '../generate/services.ts';
import { breaksOf } from '../migrations/breaks.ts';

const everyMigration = async () => {
  const services = await Promise.all((await readServices()).map(tablesOf));
  // Beside the first migration of a service there are no older copies.
  return [...platformMigrations, ...services.flatMap(({ migrations }) => migrations.slice(1))];
};

test('copies of the release before can work beside every migration, or it says why', async () => {
  for (const migration of await everyMigration()) {
    const { sql, olderCopies } = new migration();
    const breaks = await breaksOf(sql);
    expect({ migration: migration.name, breaks: olderCopies ? [] : breaks }).toEqual({ migration: migration.name, breaks: [] });
    // A reason for nothing would hide what is added to it later.
    if (olderCopies) expect(breaks).not.toEqual([]);
  }
});

describe('a migration', () => {
  it.each([
    ['drop table wallet', 'wallet: removes the table'],
    ['drop function public.balance_of(text)', 'balance_of: removes the function'],
    ['drop view public.totals', 'totals: removes the view'],
    ['drop type mood', 'mood: removes the type'],
    ['alter table wallet rename column balance to credits', 'wallet: renames "balance" to "credits"'],
    ['alter table wallet rename to purse', 'wallet: renames it to "purse"'],
    ['alter table wallet drop column balance', 'wallet: removes the column "balance"'],
    ['alter table wallet alter column balance type int', 'wallet: changes the type of the column "balance"'],
    ['alter table wallet alter column balance set not null', 'wallet: forbids null in the column "balance"'],
    ['alter table wallet alter column balance drop not null', 'wallet: allows null in the column "balance"'],
    ['alter table wallet alter column balance drop default', 'wallet: removes the default of the column "balance"'],
    ['alter table wallet add column kind text not null', 'wallet: adds the column "kind", which needs a value and has no default'],
    ['alter table wallet add constraint positive check (balance > 0)', 'wallet: adds the constraint "positive"'],
    ['create unique index one on wallet (user_id)', 'wallet: adds the unique index "one"'],
    ['revoke select on wallet from public', 'revokes rights'],
    ['truncate wallet', 'empties tables'],
    ['do $$ begin end $$', 'runs a block that cannot be examined'],
  ])('with "%s" breaks older copies', async (sql, fault) => {
    expect(await breaksOf(sql)).toEqual([fault]);
  });

  it.each([
    'create table wallet (id text primary key, balance int not null); alter table wallet drop column balance; create unique index one on wallet (id)',
    'alter table wallet add column kind text, add column size int not null default 0, add column no int generated always as identity not null',
    'alter table wallet alter column balance set default 5',
    'create index by_user on wallet (user_id); drop index by_time',
    'update wallet set balance = 0; insert into wallet (id) values (1); delete from wallet',
  ])('with "%s" does not', async (sql) => {
    expect(await breaksOf(sql)).toEqual([]);
  });

  it('with a fault in its SQL is refused', async () => {
    await expect(breaksOf('create tabel x ()')).rejects.toThrow('syntax error');
  });
});
