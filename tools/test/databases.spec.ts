import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import pg from 'pg';
import { codeOf } from '../setup/fault.mjs';
import { createDatabases } from '../start/databases.ts';
import { envName, services } from '../start/services.mjs';

const withDatabase = services.filter(({ database }) => database);
const secrets = Object.fromEntries(
  withDatabase.flatMap(({ name }) =>
    ['DATABASE_PASSWORD', 'DATABASE_OWNER_PASSWORD'].map((what) => [`${envName(name)}_${what}`, randomBytes(16).toString('hex')]),
  ),
);

/** Returns 'connected', or the SQLSTATE with which Postgres refuses the connection. */
async function tryConnect(connectionString: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString });
  try {
    await client.connect();
    return 'connected';
  } catch (error) {
    return codeOf(error);
  } finally {
    await client.end().catch(() => {});
  }
}

test('a service can connect to its own database and no other', async () => {
  const databases = await createDatabases(process.env.SKEP_TEST_POSTGRES ?? '', secrets);
  for (const { name } of withDatabase)
    for (const other of withDatabase)
      for (const url of Object.values(databases[name] ?? {})) {
        const at = Object.assign(new URL(url), { pathname: new URL(databases[other.name]?.url ?? '').pathname }).href;
        expect([name, other.name, await tryConnect(at)]).toEqual([name, other.name, name === other.name ? 'connected' : '42501']);
      }
});
