import { describeNewSchema, type Infrastructure, openTestDatabase, startInfrastructure } from '@skep/testkit';
import { tablesOf } from '@skep/platform';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { service } from '../src/main.js';

let infra: Infrastructure;
let schema: URL;
beforeAll(async () => {
  infra = await startInfrastructure();
  schema = pathToFileURL(join(infra.folder, 'schema.txt'));
  await writeFile(schema, await describeNewSchema(await tablesOf(service)));
});
afterAll(() => infra?.close());

/** Migrates a database of that name. */
async function migrate(name: string) {
  const db = await openTestDatabase({ ...(await tablesOf(service)), schema }, await infra.env(name));
  await db.close();
}

it('a ledger without one of its triggers is refused', async () => {
  await migrate('triggers');
  await infra.query('triggers', 'drop trigger ledger_entry_balanced on ledger_entry');
  await expect(migrate('triggers')).rejects.toThrow('missing: table ledger_entry: CREATE TRIGGER ledger_entry_balanced AFTER INSERT');
});

it('a ledger whose tables were created by another text of a migration is refused', async () => {
  await migrate('hashes');
  await infra.query('hashes', `update migration set hash = 'another' where name like 'Baseline%'`);
  await expect(migrate('hashes')).rejects.toThrow(/the migration Baseline\d+ with another text than this release/);
});
