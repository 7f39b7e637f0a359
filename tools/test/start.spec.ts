import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { messageOf } from '../setup/fault.mjs';
import { ROOT } from '../setup/paths.mjs';
import { removeStaleOutput } from '../setup/stale.mjs';
import { startAppProcess } from '../start/app-process.ts';
import { checkPort } from '../start/port.mjs';
import { startPostgres } from '../start/postgres.ts';
import { identify, isAlive, terminate } from '../start/processes.mjs';
import { openRunFile } from '../start/run-file.mjs';
import { checkSettings } from '../start/check-settings.ts';
import { assignManagementPorts } from '../start/ports.ts';
import { loadSecrets, prepareSecrets, secretsFile } from '../start/secrets.ts';
import { readSettings } from '../start/settings.mjs';
import { services } from '../start/services.mjs';
import { unknownSettings } from '../start/unknown-settings.mjs';

const HOST = join(ROOT, 'libs/platform/dist/src/app-host.js');

let data: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'skep-start-'));
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(data, { recursive: true, force: true });
});

/** Starts a process that ignores SIGTERM. */
async function startStubbornProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', "process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000)"]);
  children.push(child);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return child.pid ?? 0;
}

test('secrets are generated once, and only their owner can read them', () => {
  const first = loadSecrets(data, {});
  expect(statSync(secretsFile(data)).mode & 0o777).toBe(0o600);
  expect(loadSecrets(data, {})).toEqual(first);
  expect(Buffer.from(first.SKEP_ENCRYPTION_KEY ?? '', 'base64url')).toHaveLength(32);
});

test('two installations have different secrets', () => {
  const other = join(data, 'other');
  mkdirSync(other);
  const [mine, theirs] = [loadSecrets(data, {}), loadSecrets(other, {})];
  const { SKEP_ADMIN_EMAIL, ...secrets } = mine;
  expect(Object.keys(secrets)).toContain('SKEP_ADMIN_PASSWORD');
  expect(Object.keys(secrets).filter((name) => theirs[name] === secrets[name])).toEqual([]);
  expect(Object.values(secrets).filter((secret) => secret.length < 20)).toEqual([]);
  expect(theirs.SKEP_ADMIN_EMAIL).toBe(SKEP_ADMIN_EMAIL);
});

test('a secret from the environment is used, and not saved', () => {
  expect(loadSecrets(data, { SKEP_ADMIN_PASSWORD: 'mine' }).SKEP_ADMIN_PASSWORD).toBe('mine');
  expect(readFileSync(secretsFile(data), 'utf8')).not.toMatch('SKEP_ADMIN_PASSWORD');
});

test('a missing secret is not generated if databases exist', () => {
  const { SKEP_ENCRYPTION_KEY, SKEP_SERVICE_TOKEN } = loadSecrets(data, {});
  mkdirSync(join(data, 'postgres'));
  const damaged = readFileSync(secretsFile(data), 'utf8').replace(/^SKEP_ENCRYPTION_KEY=.*$/m, 'SKEP_ENCRYPTION_KEY=');
  writeFileSync(secretsFile(data), damaged);
  expect(() => loadSecrets(data, {})).toThrow(/lacks SKEP_ENCRYPTION_KEY, .* Restore that file/);
  expect(readFileSync(secretsFile(data), 'utf8')).toBe(damaged);
  expect(loadSecrets(data, { SKEP_ENCRYPTION_KEY })).toMatchObject({ SKEP_ENCRYPTION_KEY, SKEP_SERVICE_TOKEN });
  rmSync(secretsFile(data));
  expect(() => loadSecrets(data, {})).toThrow(/lacks SKEP_SERVICE_TOKEN and .* and POSTGRES_PASSWORD, /);
});

test('the passwords of a service that a release adds are generated, although databases exist', () => {
  const before = loadSecrets(data, {});
  mkdirSync(join(data, 'postgres'));
  const older = readFileSync(secretsFile(data), 'utf8').replace(/^CHANNELS_.*\n/gm, '');
  writeFileSync(secretsFile(data), older);
  const { CHANNELS_NATS_PASSWORD, CHANNELS_DATABASE_PASSWORD, ...rest } = loadSecrets(data, {});
  expect([CHANNELS_NATS_PASSWORD, CHANNELS_DATABASE_PASSWORD]).toEqual([
    expect.stringMatching(/^s\w{40}$/),
    expect.stringMatching(/^s\w{40}$/),
  ]);
  expect(before).toMatchObject({ ...rest, CHANNELS_DATABASE_OWNER_PASSWORD: expect.anything() });
});

test('secrets that other users could read are protected, with a warning', () => {
  const secrets = loadSecrets(data, {});
  chmodSync(secretsFile(data), 0o644);
  const printed = jest.spyOn(console, 'log').mockImplementation(() => {});
  expect(loadSecrets(data, {})).toEqual(secrets);
  expect(printed.mock.calls).toEqual([[expect.stringContaining('(mode 644)')]]);
  printed.mockRestore();
  expect(statSync(secretsFile(data)).mode & 0o777).toBe(0o600);
});

test('invalid settings of all services are reported at once, each with an example, and nothing is written', async () => {
  const env = { SKEP_ENCRYPTION_KEY: 'short', SKEP_MAX_STREAMS: '0', STRIPE_SECRET_KEY: 'sk_test_1', SKEP_PUBLIC_URL: 'skep.example.com' };
  const { secrets } = prepareSecrets(data, env);
  const refused = await checkSettings(readSettings([], { ...env, SKEP_DATA: data }), secrets).catch(messageOf);
  const [title, ...lines] = String(refused).split('\n');
  expect(title).toBe('Invalid settings. Nothing has been changed.');
  expect(lines.sort()).toEqual([
    expect.stringMatching(
      /^ {2}SKEP_ENCRYPTION_KEY: must match .*; for example SKEP_ENCRYPTION_KEY=\$\(openssl .*\(auth-gateway, automation, channels, coach, connections, developer-portal, kernel, models\)$/,
    ),
    expect.stringMatching(/^ {2}SKEP_MAX_STREAMS: must not be less than 1; for example SKEP_MAX_STREAMS=20 \(api-gateway\)$/),
    expect.stringMatching(
      /^ {2}SKEP_PUBLIC_URL: must match .*; for example .* \(agent, auth-gateway, channels, coach, connections, kernel, marketplace, api-gateway\)$/,
    ),
    expect.stringMatching(/^ {2}STRIPE_PUBLISHABLE_KEY: is required .* \(billing\)$/),
  ]);
  expect(refused).not.toMatch(/sk_test_1|short/);
  expect(readdirSync(data)).toEqual([]);
});

test('secrets are saved only after the settings were checked', async () => {
  const { secrets, save } = prepareSecrets(data, {});
  await checkSettings(readSettings([], { SKEP_DATA: data }), secrets);
  expect(readdirSync(data)).toEqual([]);
  save();
  expect(prepareSecrets(data, {}).secrets).toEqual(secrets);
});

test('an unknown setting is reported with the nearest known one', () => {
  const env = { SKEP_ENCRYPTON_KEY: 'x', SKEP_LLM_MODLE: 'x', SKEP_LLM_MODEL: 'x', SKEP_DATA: 'x', SKEP_URL: 'x', SMTP_URI: 'x' };
  expect(unknownSettings(env)).toBe(
    'Warning: unknown settings: SKEP_ENCRYPTON_KEY (did you mean SKEP_ENCRYPTION_KEY?), SKEP_LLM_MODLE (did you mean SKEP_LLM_MODEL?). See npm start -- --help.',
  );
  expect(unknownSettings({ SKEP_DATA: 'x' })).toBeUndefined();
});

test('a service keeps its management port if it is free, and no two services share one', async () => {
  const first = await assignManagementPorts({}, 8080);
  expect(Object.keys(first)).toEqual(services.map(({ name }) => name));
  expect(new Set(Object.values(first)).size).toBe(services.length);
  expect(await assignManagementPorts(first, 8080)).toEqual(first);
  const again = await assignManagementPorts({ ...first, kernel: first.billing ?? 0 }, first.registry ?? 0);
  expect(again.billing).toBe(first.billing);
  expect(again.kernel).not.toBe(first.billing);
  expect(again.registry).not.toBe(first.registry);
});

test('a service with an invalid configuration reports every fault, without a stack', async () => {
  const entry = `data:text/javascript,${encodeURIComponent(
    `class ConfigError extends Error {}
    export const start = () => { throw new ConfigError('Invalid settings:\\n  PORT: is no number\\n  HOST: is missing'); };`,
  )}`;
  const host = spawn(process.execPath, [HOST], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  children.push(host);
  let printed = '';
  host.stderr?.on('data', (text: Buffer) => (printed += text.toString()));
  host.send({ waves: [[{ name: 'billing', entry, env: {} }]] });
  const [message] = (await once(host, 'message')) as unknown[];
  await once(host, 'close');
  expect(message).toEqual({ failed: 'billing', message: 'Invalid settings:\n  PORT: is no number\n  HOST: is missing' });
  expect(printed).toBe('');
  const started = startAppProcess({ waves: [[{ name: 'billing', entry, env: {} }]], env: {} }).started;
  await expect(started).rejects.toThrow(/^billing did not start: Invalid settings:\n.*\n {2}HOST: is missing$/);
});

test('a process whose services hang is killed, with the reason', async () => {
  const entry = `data:text/javascript,${encodeURIComponent(
    `export const start = () => { setTimeout(() => { for (;;); }, 500); return { stop: async () => {} }; };`,
  )}`;
  const process = startAppProcess({ waves: [[{ name: 'billing', entry, env: {} }]], env: {}, checkMs: 500 });
  await process.started;
  expect(await process.exited).toBe('billing: does not respond');
});

test('a process that ignores SIGTERM is killed', async () => {
  const id = identify(await startStubbornProcess());
  await terminate(id, { within: 100 });
  expect(isAlive(id)).toBe(false);
});

test('a second start on the same data folder is refused', async () => {
  const first = await openRunFile({ data, port: 1 });
  first.claim();
  const second = await openRunFile({ data, port: 2 });
  expect(() => second.claim()).toThrow(/already runs with/);
  first.release();
  (await openRunFile({ data, port: 2 })).claim();
});

test('the orphans of a killed launcher are stopped, but not another process that got the pid of one', async () => {
  const [orphan, stranger] = [identify(await startStubbornProcess()), identify(await startStubbornProcess())];
  const services = [orphan, { ...stranger, startTime: 'long ago' }];
  writeFileSync(join(data, 'run.json'), JSON.stringify({ launcher: { pid: process.pid, startTime: 'long ago' }, services }));
  await openRunFile({ data, port: 1 });
  expect([isAlive(orphan), isAlive(stranger)]).toEqual([false, true]);
});

test('a port in use is reported in one sentence', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await expect(checkPort({ host: '127.0.0.1', port, data }, {})).rejects.toThrow(`Port ${port} is in use. Stop the program that uses it`);
  server.close();
});

test.each<[string[], NodeJS.ProcessEnv, RegExp]>([
  [['--spilt'], {}, /Unknown option --spilt/],
  [[], { PORT: 'web' }, /PORT must be a number/],
  [[], { DATABASE_URL: 'postgres://' + ':' }, /DATABASE_URL is not a valid URL\. Example: DATABASE_URL=postgresql:/],
])('settings %j %j are refused', (args, env, sentence) => {
  expect(() => readSettings(args, env)).toThrow(sentence);
});

test('compiled files without a source are removed', () => {
  for (const dir of ['apps/a/src', 'apps/a/dist/src']) mkdirSync(join(data, dir), { recursive: true });
  for (const file of ['src/kept.ts', 'dist/src/kept.js', 'dist/src/gone.js', 'dist/src/gone.d.ts', 'dist/src/table.json'])
    writeFileSync(join(data, 'apps/a', file), '');
  expect(removeStaleOutput(data).sort()).toEqual(['apps/a/dist/src/gone.d.ts', 'apps/a/dist/src/gone.js']);
});

test('Postgres keeps its port, is reused if it still runs, and reports a wrong password', async () => {
  const cluster = { dir: join(data, 'postgres'), log: join(data, 'postgres.log'), password: 'right', settings: { fsync: 'off' } };
  const first = await startPostgres(cluster);
  const again = await startPostgres(cluster);
  expect(again.pid).toBe(first.pid);
  await again.stop();
  const restarted = await startPostgres({ ...cluster, port: first.port });
  expect(restarted.port).toBe(first.port);
  await restarted.stop();
  await expect(startPostgres({ ...cluster, password: 'wrong' })).rejects.toThrow(/The password in secrets\.env does not match/);
});
