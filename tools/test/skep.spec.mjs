import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { loadCommands } from '../cli/commands.mjs';
import { ROOT } from '../setup/paths.mjs';
import { identify, isAlive } from '../start/processes.mjs';

const commands = await loadCommands();
const children = [];
let data;
beforeEach(() => (data = mkdtempSync(join(tmpdir(), 'skep-command-'))));
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(data, { recursive: true, force: true });
});

async function skep(line, env = {}) {
  const child = spawn(process.execPath, [join(ROOT, 'tools/skep.mjs'), ...line], {
    env: { PATH: process.env.PATH, SKEP_DATA: data, ...env },
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (printed += text));
  const code = await new Promise((resolve) => child.once('close', resolve));
  return { code, printed: printed.trim() };
}

/** A process that does nothing. */
async function running() {
  const child = spawn(process.execPath, ['-e', "console.log('up'); setInterval(() => {}, 1000)"]);
  children.push(child);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return identify(child.pid);
}

test('each command has an example of its own', () => {
  const nameOf = ({ usage }) => usage.match(/^[a-z-]+( [a-z-]+)?(?= |$)/)[0];
  expect(commands.map(nameOf).length).toBe(new Set(commands.map(nameOf)).size);
  for (const command of commands) expect(command.example.startsWith(nameOf(command))).toBe(true);
});

test('--help lists every command, those of a word, or what one does with an example', async () => {
  const all = await skep(['--help']);
  for (const { usage } of commands) expect(all.printed).toContain(usage);
  const { code, printed } = await skep(['tenants']);
  expect([code, printed.match(/^ {2}\w+ \w+/gm)]).toEqual([
    0,
    ['  tenants list', '  tenants create', '  tenants suspend', '  tenants restore'],
  ]);
  expect((await skep(['users', 'suspend', '--help'])).printed).toMatch(
    /PERSON.*\n\nEnds the sessions .*\n\nFor example:\n .* users suspend ada@/,
  );
});

test.each([
  [['users', 'suspnd', 'ada@example.com'], /^There is no command 'users suspnd'\. Did you mean 'users suspend'\?/],
  [['users', 'suspend'], /^Say: npm run skep -- users suspend PERSON /],
  [['users', 'show', 'a', 'b'], /^Say: npm run skep -- users show PERSON /],
  [['users', 'list', '--tenants', 'x'], /^Unknown option '--tenants'\. Say: /],
  [['users', 'list'], /^There is no service token\. Set SKEP_SERVICE_TOKEN/],
  [['status'], /^There is no installation in .* Run npm start, set SKEP_DATA, or NATS_URL/],
  [['logs'], /services\.log\. Set SKEP_DATA .* docker compose logs SERVICE/],
  [['logs', 'bilking'], /^There is no service bilking\. The services are /],
])('%j is refused with what to do', async (line, sentence) => {
  const { code, printed } = await skep(line);
  expect([code, printed]).toEqual([1, expect.stringMatching(sentence)]);
});

test('a public API that does not answer is named', async () => {
  const { printed } = await skep(['users', 'list'], { SKEP_URL: 'http://127.0.0.1:1', SKEP_SERVICE_TOKEN: 'panel:token' });
  expect(printed).toBe('Skep does not answer at http://127.0.0.1:1. Is it running? Set SKEP_URL when it is elsewhere.');
});

test('logs are those of one service, in lines for a person or as they are', async () => {
  mkdirSync(join(data, 'logs'));
  const lines = [
    { level: 'info', time: '2030-01-31T08:00:00.000Z', service: 'billing', port: 1, msg: 'billing answers' },
    { level: 'warn', time: '2030-01-31T08:00:01.000Z', service: 'kernel', msg: 'NATS is away' },
  ].map((line) => JSON.stringify(line));
  writeFileSync(join(data, 'logs/services.log'), `${lines.join('\n')}\nError: not JSON\n`);
  expect((await skep(['logs', 'billing'])).printed).toBe('2030-01-31T08:00:00.000Z info  billing: billing answers {"port":1}');
  expect((await skep(['logs', 'kernel', '--json'])).printed).toBe(lines[1]);
  expect((await skep(['logs'])).printed.split('\n')).toHaveLength(3);
});

test('stop ends what a killed launcher left, and nobody else', async () => {
  const [services, nats, stranger] = [await running(), await running(), await running()];
  const left = {
    launcher: { pid: process.pid, born: 'long ago' },
    services: [services],
    nats,
    postgres: { ...stranger, born: 'long ago' },
  };
  writeFileSync(join(data, 'run.json'), JSON.stringify(left));
  expect(JSON.parse((await skep(['stop', '--json'])).printed)).toEqual({ stopped: ['services', 'NATS'] });
  expect([services, nats, stranger].map(isAlive)).toEqual([false, false, true]);
  expect((await skep(['stop'])).printed).toBe(`Nothing runs on ${data}.`);
});
