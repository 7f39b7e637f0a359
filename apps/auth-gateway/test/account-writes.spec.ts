import { type Statement, statements } from '@skep/platform';
import { expect, it } from '@jest/globals';
import { readdir, readFile } from 'node:fs/promises';

/** `erase_account()` deletes rows of every table with a tenant and an address. */
const WRITES_ACCOUNT = /\b(insert into|update|delete from|merge into)\s+(only\s+)?account\b|\berase_account\(/i;
/** TypeORM's repository of accounts, unless it only reads. */
const WRITES_ENTITY =
  /repository\(AccountEntity\)(?!\s*\.(find\w*|exists\w*|count\w*)\()(?!\s*\.createQueryBuilder\('\w+'\)\.(select|where)\()/;
const SOURCES = new URL('../src/', import.meta.url);

const writers = (): Statement[] => statements.filter(({ text }) => WRITES_ACCOUNT.test(text));

it('finds statements and repositories that write accounts', () => {
  for (const text of [
    'insert into account (id)',
    'with a as (update account a set',
    'delete from only account',
    'select erase_account($1)',
  ])
    expect(text).toMatch(WRITES_ACCOUNT);
  for (const text of ['select * from account for no key update', 'delete from account_note', 'update session set account_id = $1'])
    expect(text).not.toMatch(WRITES_ACCOUNT);
  for (const text of ['repository(AccountEntity).update({', 'repository(AccountEntity)\n.createQueryBuilder().delete()'])
    expect(text).toMatch(WRITES_ENTITY);
});

it('writes accounts only in the statements of AccountRepository', async () => {
  await import('../src/account/account.repository.js');
  const own = writers();
  expect(own.length).toBeGreaterThanOrEqual(10);
  await import('../src/main.js');
  expect(writers()).toEqual(own);
});

it('only reads accounts by TypeORM', async () => {
  const names = (await readdir(SOURCES, { recursive: true })).filter((name) => name.endsWith('.js'));
  const files = await Promise.all(names.map(async (name) => ({ name, text: await readFile(new URL(name, SOURCES), 'utf8') })));
  expect(files.filter(({ text }) => text.includes('repository(AccountEntity)')).length).toBeGreaterThan(2);
  expect(files.filter(({ text }) => WRITES_ENTITY.test(text))).toEqual([]);
});
