import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tablesOf } from '@skep/platform';
import { describeNewSchema } from '@skep/testkit';
import { startPostgres } from '../start/postgres.ts';
import { readServices } from './services.ts';

/** The schema of a new database of each service, by the path of its file. Tests have a Postgres; otherwise one is started for it. */
export async function schemas(): Promise<Record<string, string>> {
  if (process.env.SKEP_TEST_POSTGRES) return describeSchemas();
  const folder = mkdtempSync(join(tmpdir(), 'skep-generate-'));
  try {
    const postgres = await startPostgres({
      dir: join(folder, 'postgres'),
      log: join(folder, 'postgres.log'),
      password: randomBytes(16).toString('hex'),
      settings: { fsync: 'off' },
    });
    process.env.SKEP_TEST_POSTGRES = postgres.url;
    try {
      return await describeSchemas();
    } finally {
      delete process.env.SKEP_TEST_POSTGRES;
      await postgres.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function describeSchemas(): Promise<Record<string, string>> {
  const described = (await readServices()).map(
    async (service) => [`apps/${service.name}/schema.txt`, await describeNewSchema(await tablesOf(service))] as const,
  );
  return Object.fromEntries(await Promise.all(described));
}
