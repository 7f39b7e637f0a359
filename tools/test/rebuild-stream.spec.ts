import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { ROOT } from '../setup/paths.mjs';
import { createDatabases } from '../start/databases.ts';
import { writePorts } from '../start/ports.ts';
import type { Server } from '../start/embedded-server.ts';
import { startPostgres } from '../start/postgres.ts';
import { loadSecrets } from '../start/secrets.ts';

const DAY = 24 * 3600 * 1000;
let data: string;
let postgres: Server;
let client: pg.Client;

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'skep-rebuild-'));
  const secrets = loadSecrets(data, {});
  const settings = { fsync: 'off' };
  postgres = await startPostgres({ dir: join(data, 'postgres'), log: join(data, 'log'), password: secrets.POSTGRES_PASSWORD, settings });
  writePorts(data, { postgres: postgres.port });
  const { billing } = await createDatabases(postgres.url, secrets);
  client = new pg.Client({ connectionString: billing?.ownerUrl });
  await client.connect();
  await client.query('create table outbox (id int, created_at timestamptz, sent_at timestamptz)');
});

afterAll(async () => {
  await client?.end();
  await postgres?.stop();
  rmSync(data, { recursive: true, force: true });
});

beforeEach(async () => {
  await client.query('truncate outbox');
  const ages = [8 * DAY, 6 * DAY, DAY / 2];
  for (const [id, age] of ages.entries()) await client.query('insert into outbox values ($1, $2, now())', [id, new Date(Date.now() - age)]);
});

const republished = async () =>
  (await client.query<{ id: number }>('select id from outbox where sent_at is null order by id')).rows.map(({ id }) => id);

async function skep(...args: string[]) {
  const env = { PATH: process.env.PATH, SKEP_DATA: data };
  const child = spawn(process.execPath, [join(ROOT, 'tools/skep.mjs'), 'rebuild-stream', ...args], { env });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (printed += text.toString()));
  const code = await new Promise<number>((resolve) => child.once('close', resolve));
  return { code, printed };
}

test('a service publishes the events of seven days again', async () => {
  expect(await skep('billing')).toEqual({ code: 0, printed: expect.stringContaining('billing publishes 2 events since ') });
  expect(await republished()).toEqual([1, 2]);
});

test('a service publishes the events since a time again', async () => {
  expect((await skep('billing', '--since', new Date(Date.now() - DAY).toISOString())).printed).toContain('publishes 1 event since');
  expect(await republished()).toEqual([2]);
});

test.each<[string[], RegExp]>([
  [[], /Usage: npm run skep -- rebuild-stream SERVICE/],
  [['api-gateway'], /Name a service with a database: agent, auth-gateway, .*registry\./],
  [['billing', '--since', 'yesterday'], /--since needs a time such as .*, not 'yesterday'/],
  [['billing', '--until', 'now'], /Unknown option '--until'/],
  [['registry'], /registry has no outbox yet/],
])('rebuild-stream %j is refused, and nothing is published again', async (args, sentence) => {
  const { code, printed } = await skep(...args);
  expect(code).toBe(1);
  expect(printed).toMatch(sentence);
  expect(await republished()).toEqual([]);
});

test('--help describes the command', async () => {
  expect((await skep('--help')).printed).toMatch(/rebuild-stream SERVICE \[--since ISO\]\n\nMakes a running service publish/);
});
