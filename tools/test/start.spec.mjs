import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { removeStaleOutput } from '../setup/stale.mjs';
import { startAppProcess } from '../start/app-process.mjs';
import { checkPort } from '../start/port.mjs';
import { startPostgres } from '../start/postgres.mjs';
import { identify, isAlive, terminate } from '../start/processes.mjs';
import { openRunFile } from '../start/run-file.mjs';
import { loadSecrets, secretsFile } from '../start/secrets.mjs';
import { readSettings } from '../start/settings.mjs';

const HOST = fileURLToPath(new URL('../start/app-host.mjs', import.meta.url));

let data;
const children = [];

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'skep-start-'));
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(data, { recursive: true, force: true });
});

/** A process that takes no notice of SIGTERM. */
async function stubborn() {
  const child = spawn(process.execPath, ['-e', "process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000)"]);
  children.push(child);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return child.pid;
}

test('secrets are made once, kept readable for their owner only', () => {
  const first = loadSecrets(data, {});
  expect(statSync(secretsFile(data)).mode & 0o777).toBe(0o600);
  expect(loadSecrets(data, {})).toEqual(first);
  expect(Buffer.from(first.SKEP_ENCRYPTION_KEY, 'base64url')).toHaveLength(32);
});

test('no installation has a secret of another', () => {
  const other = join(data, 'other');
  mkdirSync(other);
  const [mine, theirs] = [loadSecrets(data, {}), loadSecrets(other, {})];
  const { SKEP_ADMIN_EMAIL, ...secrets } = mine;
  expect(Object.keys(secrets)).toContain('SKEP_ADMIN_PASSWORD');
  expect(Object.keys(secrets).filter((name) => theirs[name] === secrets[name])).toEqual([]);
  expect(Object.values(secrets).filter((secret) => secret.length < 20)).toEqual([]);
  expect(theirs.SKEP_ADMIN_EMAIL).toBe(SKEP_ADMIN_EMAIL);
});

test('a secret from the environment is used, and never written down', () => {
  expect(loadSecrets(data, { SKEP_ADMIN_PASSWORD: 'mine' }).SKEP_ADMIN_PASSWORD).toBe('mine');
  expect(readFileSync(secretsFile(data), 'utf8')).not.toMatch('SKEP_ADMIN_PASSWORD');
});

test('a secret that is missing beside databases is never made anew', () => {
  const { SKEP_ENCRYPTION_KEY, SKEP_SERVICE_TOKEN } = loadSecrets(data, {});
  mkdirSync(join(data, 'postgres'));
  const damaged = readFileSync(secretsFile(data), 'utf8').replace(/^SKEP_ENCRYPTION_KEY=.*$/m, 'SKEP_ENCRYPTION_KEY=');
  writeFileSync(secretsFile(data), damaged);
  expect(() => loadSecrets(data, {})).toThrow(/lacks SKEP_ENCRYPTION_KEY, .* Restore that file/);
  expect(readFileSync(secretsFile(data), 'utf8')).toBe(damaged);
  expect(loadSecrets(data, { SKEP_ENCRYPTION_KEY })).toMatchObject({ SKEP_ENCRYPTION_KEY, SKEP_SERVICE_TOKEN });
  rmSync(secretsFile(data));
  expect(() => loadSecrets(data, {})).toThrow(/lacks [12]\d of its secrets/);
});

test('secrets that others could read are closed to them, and that is told', () => {
  const secrets = loadSecrets(data, {});
  chmodSync(secretsFile(data), 0o644);
  const told = jest.spyOn(console, 'log').mockImplementation(() => {});
  expect(loadSecrets(data, {})).toEqual(secrets);
  expect(told.mock.calls).toEqual([[expect.stringContaining('its mode was 644')]]);
  told.mockRestore();
  expect(statSync(secretsFile(data)).mode & 0o777).toBe(0o600);
});

test('a service that its configuration does not fit names every fault, without a stack', async () => {
  const entry = `data:text/javascript,${encodeURIComponent(
    `class ConfigError extends Error {}
    export const start = () => { throw new ConfigError('The environment does not fit:\\n  PORT: is no number\\n  HOST: is missing'); };`,
  )}`;
  const host = spawn(process.execPath, [HOST], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  children.push(host);
  let printed = '';
  host.stderr.on('data', (text) => (printed += text));
  host.send({ waves: [[{ name: 'billing', entry, env: {} }]] });
  const [message] = await once(host, 'message');
  await once(host, 'close');
  expect(message).toEqual({ failed: 'billing', message: 'The environment does not fit:\n  PORT: is no number\n  HOST: is missing' });
  expect(printed).toBe('');
  const started = startAppProcess({ waves: [[{ name: 'billing', entry, env: {} }]], env: {} }).started;
  await expect(started).rejects.toThrow(/^billing did not start: The environment does not fit:\n.*\n {2}HOST: is missing$/);
});

test('a process whose services hang is ended, and says why', async () => {
  const entry = `data:text/javascript,${encodeURIComponent(
    `export const start = () => { setTimeout(() => { for (;;); }, 500); return { stop: async () => {} }; };`,
  )}`;
  const process = startAppProcess({ waves: [[{ name: 'billing', entry, env: {} }]], env: {}, checkMs: 500 });
  await process.started;
  expect(await process.exited).toBe('billing: no sign of life');
});

test('a process that does not stop when asked is made to', async () => {
  const id = identify(await stubborn());
  await terminate(id, { within: 100 });
  expect(isAlive(id)).toBe(false);
});

test('a second start on the same data folder is refused', async () => {
  const first = await openRunFile({ data, port: 1 });
  first.claim();
  const second = await openRunFile({ data, port: 2 });
  expect(() => second.claim()).toThrow(/already runs on/);
  first.release();
  (await openRunFile({ data, port: 2 })).claim();
});

test('the orphans of a killed launcher are stopped, but not a stranger who was given the pid of one', async () => {
  const [orphan, stranger] = [identify(await stubborn()), identify(await stubborn())];
  const services = [orphan, { ...stranger, born: 'long ago' }];
  writeFileSync(join(data, 'run.json'), JSON.stringify({ launcher: { pid: process.pid, born: 'long ago' }, services }));
  await openRunFile({ data, port: 1 });
  expect([isAlive(orphan), isAlive(stranger)]).toEqual([false, true]);
});

test('a port in use is told in one sentence', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await expect(checkPort({ host: '127.0.0.1', port, data }, {})).rejects.toThrow(`Port ${port} is in use. Stop the program that uses it`);
  server.close();
});

test.each([
  [['--spilt'], {}, /does not know --spilt/],
  [[], { PORT: 'web' }, /PORT must be a number/],
  [[], { SKEP_RATE_LIMITS: 'off', NODE_ENV: 'production' }, /refused/],
])('settings %j %j are refused', (args, env, sentence) => {
  expect(() => readSettings(args, env)).toThrow(sentence);
});

test('compiled files go with their sources', () => {
  for (const dir of ['apps/a/src', 'apps/a/dist/src']) mkdirSync(join(data, dir), { recursive: true });
  for (const file of ['src/kept.ts', 'dist/src/kept.js', 'dist/src/gone.js', 'dist/src/gone.d.ts', 'dist/src/table.json'])
    writeFileSync(join(data, 'apps/a', file), '');
  expect(removeStaleOutput(data).sort()).toEqual(['apps/a/dist/src/gone.d.ts', 'apps/a/dist/src/gone.js']);
});

test('Postgres keeps its port, is taken over when it was left running, and names a wrong password', async () => {
  const cluster = { dir: join(data, 'postgres'), log: join(data, 'postgres.log'), password: 'right', settings: { fsync: 'off' } };
  const first = await startPostgres(cluster);
  const again = await startPostgres(cluster);
  expect(again.pid).toBe(first.pid);
  await again.stop();
  const restarted = await startPostgres({ ...cluster, port: first.port });
  expect(restarted.port).toBe(first.port);
  await restarted.stop();
  await expect(startPostgres({ ...cluster, password: 'wrong' })).rejects.toThrow(/secrets\.env does not hold the password/);
});
