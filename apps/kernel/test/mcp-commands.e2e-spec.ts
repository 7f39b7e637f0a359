import { kernel } from '@skep/contracts/kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@skep/testkit';
import { fileURLToPath } from 'node:url';
import { checkIr } from '../src/ir/check-ir.js';
import { ada, type KernelHarness, startKernel } from './kernel.js';

const PROGRAM = fileURLToPath(new URL('./stdio-server.js', import.meta.url));
const COMMANDS = {
  plain: { command: process.execPath, args: [PROGRAM, 'one'], env: { ROOT: '/srv' } },
  missing: { command: '/no/such/program' },
};
let harness: KernelHarness;

const read = (url: string) =>
  harness.call(kernel.readMcpServer, ada(), {
    ...{ app_id: 'local', version: '1.0.0', name: 'Local' },
    source: { kind: 'remote_mcp', url, relays: [], long_running: [] },
  });
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

beforeAll(async () => {
  const env = { SKEP_MCP_COMMANDS: JSON.stringify(COMMANDS), SKEP_MCP_TIMEOUT_MS: '5000' };
  harness = await startKernel({ env, beside: ['registry', 'connections'] });
  const { ir, faults } = await read('command:plain');
  expect(faults).toEqual([]);
  const { functions, ...rest } = ir!['app'] as { functions: object[] };
  await harness.publishApp('local', functions, rest);
});
afterAll(() => harness?.close());

describe('a program that the operator lists is an MCP server', () => {
  it('that runs for one call, with its own environment alone', async () => {
    const [first, second] = [await harness.run('local', 'environment'), await harness.run('local', 'environment')];
    expect([first.error, second.error]).toEqual([null, null]);
    const seen = [first, second].map(
      ({ data }) => (data as { structuredContent: { env: object; args: string[]; pid: number } }).structuredContent,
    );
    const { env, args } = seen[0]!;
    expect([args, env]).toEqual([['one'], expect.objectContaining({ ROOT: '/srv', PATH: expect.any(String) })]);
    expect(Object.keys(env).filter((name) => /SKEP|DATABASE|NATS|PG/.test(name))).toEqual([]);
    expect(seen[0]!.pid).not.toBe(seen[1]!.pid);
    await waitUntil('both to end', () => !seen.some(({ pid }) => isAlive(pid)), 10_000);
  });

  it('whose end, and whose silence, is a failure of the call', async () => {
    expect(await harness.run('local', 'exit')).toMatchObject({ status: 'error', error_code: 'BACKEND_5XX' });
    expect(await harness.run('local', 'wait')).toMatchObject({ status: 'error', error_code: 'BACKEND_TIMEOUT' });
  });
});

it.each([
  ['one that is not listed', 'command:other', /lists no program 'other' in SKEP_MCP_COMMANDS/],
  ['a path', 'command:/bin/sh', /lists no program/],
  ['one that does not start', 'command:missing', /could not be reached/],
])('%s is refused', async (_, url, fault) => {
  expect(await read(url)).toMatchObject({ ir: null, faults: [expect.stringMatching(fault)] });
});

it('gets no credential of a user: the release is refused', async () => {
  const { ir } = await read('command:plain');
  const app = ir!['app'] as { mcp: object };
  const credential = { secret: 'token', header: 'Authorization', prefix: '' };
  expect(checkIr({ ...ir, app: { ...app, mcp: { ...app.mcp, credential } } }, 'local').errors).toMatchObject([
    { msg: expect.stringContaining('no credentials of users') },
  ]);
});
