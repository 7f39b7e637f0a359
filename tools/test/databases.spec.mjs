import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import pg from 'pg';
import { createDatabases } from '../start/databases.mjs';
import { envName, services } from '../start/services.mjs';

const owned = services.filter(({ database }) => database);
const secrets = Object.fromEntries(
  owned.flatMap(({ name }) =>
    ['DATABASE_PASSWORD', 'DATABASE_OWNER_PASSWORD'].map((what) => [`${envName(name)}_${what}`, randomBytes(16).toString('hex')]),
  ),
);

/** The SQLSTATE with which Postgres refuses a connection, or 'in'. */
async function enter(connectionString) {
  const client = new pg.Client({ connectionString });
  try {
    await client.connect();
    return 'in';
  } catch ({ code }) {
    return code;
  } finally {
    await client.end().catch(() => {});
  }
}

test('a service enters its own database and no other: not the one with the signing keys, nor the one with the money', async () => {
  const databases = await createDatabases(process.env.SKEP_TEST_POSTGRES, secrets);
  for (const { name } of owned)
    for (const other of owned)
      for (const url of Object.values(databases[name])) {
        const at = Object.assign(new URL(url), { pathname: new URL(databases[other.name].url).pathname }).href;
        expect([name, other.name, await enter(at)]).toEqual([name, other.name, name === other.name ? 'in' : '42501']);
      }
}, 60_000);
