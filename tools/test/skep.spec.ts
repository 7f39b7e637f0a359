import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Command, loadCommands } from '../cli/commands.ts';
import { ROOT } from '../setup/paths.mjs';
import { identify, isAlive } from '../start/processes.mjs';

const commands = await loadCommands();
const children: ChildProcess[] = [];
let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'skep-command-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(data, { recursive: true, force: true });
});

async function skep(line: string[], env = {}) {
  const child = spawn(process.execPath, [join(ROOT, 'tools/skep.mjs'), ...line], {
    env: { PATH: process.env.PATH, SKEP_DATA: data, ...env },
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (printed += text.toString()));
  const code = await new Promise<number>((resolve) => child.once('close', resolve));
  return { code, printed: printed.trim() };
}

/** Starts a process that does nothing. */
async function startProcess() {
  const child = spawn(process.execPath, ['-e', "console.log('up'); setInterval(() => {}, 1000)"]);
  children.push(child);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return identify(child.pid ?? 0);
}

test('each command has an example of its own', () => {
  const nameOf = ({ usage }: Command) => usage.match(/^[a-z-]+( [a-z-]+)?(?= |$)/)?.[0] ?? '';
  expect(commands.map(nameOf).length).toBe(new Set(commands.map(nameOf)).size);
  for (const command of commands) expect(command.example.startsWith(nameOf(command))).toBe(true);
});

test('--help lists all commands, the commands of a group, or describes one with an example', async () => {
  const all = await skep(['--help']);
  for (const { usage } of commands) expect(all.printed).toContain(usage);
  const { code, printed } = await skep(['tenants']);
  expect([code, printed.match(/^ {2}\w+ \w+/gm)]).toEqual([
    0,
    ['  tenants list', '  tenants create', '  tenants suspend', '  tenants restore'],
  ]);
  expect((await skep(['users', 'suspend', '--help'])).printed).toMatch(
    /USER.*\n\nSuspends a user: .*\n\nFor example:\n .* users suspend ada@/,
  );
});

test.each([
  [['users', 'suspnd', 'ada@example.com'], /^Unknown command 'users suspnd'\. Did you mean 'users suspend'\?/],
  [['users', 'suspend'], /^Usage: npm run skep -- users suspend USER /],
  [['users', 'show', 'a', 'b'], /^Usage: npm run skep -- users show USER /],
  [['users', 'list', '--tenants', 'x'], /^Unknown option '--tenants'\. Usage: /],
  [['users', 'list'], /^No service token found\. Set SKEP_SERVICE_TOKEN/],
  [['status'], /^No installation found in .* Run npm start, set SKEP_DATA, or NATS_URL/],
  [['logs'], /services\.log does not exist\. Set SKEP_DATA .* docker compose logs SERVICE/],
  [['logs', 'bilking'], /^Unknown service bilking\. The services are /],
])('%j is refused with an instruction', async (line, sentence) => {
  const { code, printed } = await skep(line);
  expect([code, printed]).toEqual([1, expect.stringMatching(sentence)]);
});

test('an unreachable public API is reported with its URL', async () => {
  const { printed } = await skep(['users', 'list'], { SKEP_URL: 'http://127.0.0.1:1', SKEP_SERVICE_TOKEN: 'panel:token' });
  expect(printed).toBe('Skep does not answer at http://127.0.0.1:1. Is it running? Set SKEP_URL if it has another address.');
});

test('logs prints the log of one service, formatted or as JSON', async () => {
  mkdirSync(join(data, 'logs'));
  const lines = [
    { level: 'info', time: '2030-01-31T08:00:00.000Z', service: 'billing', port: 1, msg: 'billing is ready' },
    { level: 'warn', time: '2030-01-31T08:00:01.000Z', service: 'kernel', msg: 'NATS is down' },
  ].map((line) => JSON.stringify(line));
  writeFileSync(join(data, 'logs/services.log'), `${lines.join('\n')}\nError: not JSON\n`);
  expect((await skep(['logs', 'billing'])).printed).toBe('2030-01-31T08:00:00.000Z info  billing: billing is ready {"port":1}');
  expect((await skep(['logs', 'kernel', '--json'])).printed).toBe(lines[1]);
  expect((await skep(['logs'])).printed.split('\n')).toHaveLength(3);
});

test('stop ends the processes that a killed launcher left, and no others', async () => {
  const [services, nats, stranger] = [await startProcess(), await startProcess(), await startProcess()];
  const left = {
    launcher: { pid: process.pid, startTime: 'long ago' },
    services: [services],
    nats,
    postgres: { ...stranger, startTime: 'long ago' },
  };
  writeFileSync(join(data, 'run.json'), JSON.stringify(left));
  expect(JSON.parse((await skep(['stop', '--json'])).printed)).toEqual({ stopped: ['services', 'NATS'] });
  expect([services, nats, stranger].map(isAlive)).toEqual([false, false, true]);
  expect((await skep(['stop'])).printed).toBe(`Nothing is running with the data folder ${data}.`);
});
