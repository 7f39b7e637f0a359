import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { checkDatabases } from '../doctor/check-databases.ts';
import { checkFolder } from '../doctor/check-folder.ts';
import { checkServices } from '../doctor/check-services.ts';
import type { Status } from '../skep/status.ts';
import { createDatabases } from '../start/databases.ts';
import type { Server } from '../start/embedded-server.ts';
import { writePorts } from '../start/ports.ts';
import { startPostgres } from '../start/postgres.ts';
import { loadSecrets, secretsFile } from '../start/secrets.ts';
import { checkVersion } from '../start/version.ts';

let data: string;
let postgres: Server;
let env: Record<string, string>;

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'skep-doctor-'));
  env = { SKEP_DATA: data };
  checkVersion(data).save();
  const secrets = loadSecrets(data, {});
  const settings = { fsync: 'off' };
  postgres = await startPostgres({ dir: join(data, 'postgres'), log: join(data, 'log'), password: secrets.POSTGRES_PASSWORD, settings });
  writePorts(data, { postgres: postgres.port });
  const { kernel } = await createDatabases(postgres.url, secrets);
  const client = new pg.Client({ connectionString: kernel?.ownerUrl });
  await client.connect();
  await client.query(`
    create table migration (name text);
    insert into migration values ('FromTheFuture1');
    create table run (kind text, status text, ended_at timestamptz);
    insert into run values ('kernel.task', 'failed', now()), ('kernel.task', 'failed', now() - interval '2 days'), ('kernel.task', 'done', now());
    create table action (app_id text, source text, status text, created_at timestamptz);
    insert into action values ('links', 'webhook', 'failed', now()), ('links', 'webhook', 'success', now()), ('links', 'api', 'failed', now())`);
  await client.end();
});

afterAll(async () => {
  await postgres?.stop();
  rmSync(data, { recursive: true, force: true });
});

const textsOf = (findings: { level: string; what: string }[]) => findings.map(({ level, what }) => `${level}: ${what}`);

test('a folder without an installation is a fault that says how to make one', async () => {
  expect(await checkFolder({ SKEP_DATA: join(data, 'nowhere') })).toEqual([
    {
      level: 'fault',
      area: 'installation',
      what: `There is no installation in ${join(data, 'nowhere')}.`,
      todo: expect.stringContaining('npm start'),
    },
  ]);
});

test('an installation that is stopped, with secrets that others can read and a setting that does not exist, has one finding for each', async () => {
  chmodSync(secretsFile(data), 0o644);
  const port = await new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = server.address() as { port: number };
      server.close(() => resolve(free));
    });
  });
  expect(textsOf(await checkFolder({ ...env, PORT: String(port), SKEP_RATE_LIMIT: 'off' }))).toEqual([
    expect.stringMatching(/^warning: Unknown settings: SKEP_RATE_LIMIT \(did you mean SKEP_RATE_LIMITS\?\)/),
    `warning: Other users of this machine can read ${secretsFile(data)}.`,
    `fault: Skep does not run with the data in ${data}.`,
  ]);
});

test('a port that another program has is a fault', async () => {
  expect(textsOf(await checkFolder({ ...env, PORT: String(postgres.port) }))).toContain('fault: Skep does not run, and could not start.');
});

test('databases of another release, failed runs and failing webhooks are found', async () => {
  const findings = textsOf(await checkDatabases(env));
  expect(findings).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^warning: The database of kernel lacks \d+ migrations of this release\.$/),
      'fault: The database of kernel is of a newer release: FromTheFuture1.',
      'warning: 1 runs of kernel.task failed within a day.',
      'warning: 1 calls of webhooks of the app links failed within a day.',
    ]),
  );
});

test('databases that cannot be read are one finding', async () => {
  const findings = await checkDatabases({ SKEP_DATA: join(data, 'nowhere') });
  expect(textsOf(findings)).toEqual([expect.stringContaining('could not be checked: No installation found')]);
});

const HEALTHY: Status = {
  ready: true,
  parts: [{ part: 'billing', state: 'ready' }],
  consumers: [],
  stream: undefined,
  warnings: [],
  processes: {},
};

test('nothing is found where every process is well', () => expect(checkServices(HEALTHY)).toEqual([]));

test('what every process says of itself becomes findings', () => {
  const process = { ready: true, parts: {}, now: 0 };
  const status: Status = {
    ready: false,
    parts: [
      { part: 'billing', state: 'down' },
      { part: 'kernel', state: 'ready', outbox_age_ms: 720_000 },
    ],
    consumers: [{ name: 'billing-kernel-callsFinished', pending: 5_000, in_hand: 1 }],
    stream: { bytes: 80, max_bytes: 100, messages: 1 },
    warnings: ['The stream is filling'],
    processes: {
      kernel: [
        { ...process, clock_ahead_ms: { postgres: -9_000 }, encryption_keys: ['a'], not_configured: { payments: ['STRIPE_SECRET_KEY'] } },
      ],
      auth: [{ ...process, clock_ahead_ms: { postgres: -3_000 }, encryption_keys: ['b', 'a'] }],
    },
  };
  expect(textsOf(checkServices(status))).toEqual([
    'fault: billing is down.',
    'fault: kernel has had an event for 12 minutes that it could not send.',
    'warning: The consumer billing-kernel-callsFinished has 5000 events to consume.',
    'fault: The stream of events is 80 % full.',
    'warning: The stream is filling.',
    'warning: The clock here is 9 seconds behind that of postgres.',
    'fault: Processes seal secrets with different SKEP_ENCRYPTION_KEYs.',
    'note: payments is off.',
  ]);
});
