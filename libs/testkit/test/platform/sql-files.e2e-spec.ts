import { contract, event, Int, operation } from '@skep/contracts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Infrastructure, openTestDatabase, startInfrastructure } from '../../src/index.js';

class Counted {
  @Int() n!: number;
}
const counting = contract('counting', { counted: event(Counted), count: operation('Count', { input: Counted, output: Counted }) });
const ANSWER = `create or replace function answer() returns int language sql as $$ select base() + 1 $$;`;
const BASE = `create or replace function base() returns int language sql as $$ select 41 $$;`;

let infra: Infrastructure;
let folder: string;
beforeAll(async () => (infra = await startInfrastructure()));
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'skep-sql-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));
afterAll(() => infra?.close());

let count = 0;
/** Starts a service of its own with these files, as often as the test likes. */
function newService() {
  const name = `sql_${++count}`;
  const tables = () => ({ name, entities: [], migrations: [], contract: counting, sql: pathToFileURL(`${folder}/`) });
  return {
    start: async (files: Record<string, string>) => {
      for (const [file, sql] of Object.entries(files)) await writeFile(join(folder, file), sql);
      const db = await openTestDatabase(tables(), await infra.env(name));
      await db.close();
    },
    query: (sql: string) => infra.query(name, sql),
  };
}

describe('the SQL files of a service', () => {
  it('are applied in any order, also a function that calls one of a later file', async () => {
    const { start, query } = newService();
    await start({ 'answer.sql': ANSWER, 'base.sql': BASE });
    expect(await query('select answer()')).toEqual([{ answer: 42 }]);
  });

  it('are applied again only when they change', async () => {
    const { start, query } = newService();
    const applied = () => query(`select name, applied_at from sql_file order by name`);
    await start({ 'answer.sql': ANSWER, 'base.sql': BASE });
    const first = await applied();
    await start({});
    expect(await applied()).toEqual(first);
    await start({ 'base.sql': BASE.replace('41', '1') });
    expect((await applied())[0]).toEqual(first[0]);
    expect(await query('select answer()')).toEqual([{ answer: 2 }]);
  });

  it('stop the service if one of them is wrong, which the error names, and none is applied', async () => {
    const { start, query } = newService();
    const syntax = `create or replace function wrong() returns int language plpgsql as $$ begin retrn 1; end $$;`;
    await expect(start({ 'base.sql': BASE, 'wrong.sql': syntax })).rejects.toThrow(/^sql_\d+\/wrong\.sql: syntax error at or near "retrn"/);
    const missing = `create or replace function wrong() returns int language sql as $$ select nowhere() $$;`;
    await expect(start({ 'wrong.sql': missing })).rejects.toThrow(/wrong\.sql: function nowhere\(\) does not exist/);
    expect(await query(`select proname from pg_proc where proname in ('base', 'wrong')`)).toEqual([]);
  });

  it('take the subjects of events from the contract', async () => {
    const { start, query } = newService();
    const subject = (name: string) => `create or replace function subject() returns text language sql as $$ select '{{${name}}}' $$;`;
    await start({ 'subject.sql': subject('counted') });
    expect(await query('select subject()')).toEqual([{ subject: 'event.counting.counted' }]);
    for (const name of ['count', 'conted'])
      await expect(start({ 'subject.sql': subject(name) })).rejects.toThrow(`names the event '${name}'`);
  });

  it('are recorded where the service itself cannot write', async () => {
    const { start, query } = newService();
    await start({ 'base.sql': BASE });
    const { username } = new URL((await infra.env(`sql_${count}`))['DATABASE_URL']!);
    const rights = await query(`select has_table_privilege('${username}', 'sql_file', 'insert, update, delete') as writes`);
    expect(rights).toEqual([{ writes: false }]);
  });
});
