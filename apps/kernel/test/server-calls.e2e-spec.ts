import { kernel } from '@skep/contracts/kernel';
import type { Ctx } from '@skep/platform';
import { waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { BROKEN, type DeveloperServer, json, onServer, startDeveloperServer } from './developer-server.js';
import { type KernelHarness, startKernel } from './kernel.js';
import { endOf, person, taskOf } from './tasks.js';

let harness: KernelHarness;
let server: DeveloperServer;
let developer: Ctx;
const env = { SKEP_OUTBOUND_ALLOW: '127.0.0.1' };

beforeAll(async () => {
  server = await startDeveloperServer();
  harness = await startKernel({ env, beside: ['registry', 'billing', 'auth-gateway'] });
  developer = await person(harness);
  const tools = [{ name: 'slow', background: true }];
  await harness.publishApp('remote', [onServer(server, 'ok'), onServer(server, 'slow')], {}, undefined, { tools }, developer);
});
afterAll(async () => {
  await harness?.close();
  await server?.close();
});
beforeEach(() => {
  server.received.length = 0;
  server.answers['slow'] = json({ id: 9 });
});

const who = () => ({ ...developer, deadline: Date.now() + 15_000 });
const ok = (params = {}) => harness.run('remote', 'ok', params, who());
const startSlow = async () => (await harness.run('remote', 'slow', { n: 1 }, who())).task_id!;
const secret = async () => (await harness.call(kernel.createSigningSecret, who(), { app_id: 'remote' })).secret;
const paramsOf = ({ body }: { body: string }) => (JSON.parse(body) as { data: { params: object } }).data.params;

it('a function on a server that its manifest marks runs as a task, once', async () => {
  const task = await endOf(harness, who(), await startSlow());
  expect(task).toMatchObject({ status: 'completed', result: { status: 'success', data: { id: 9 } } });
  expect(server.received.map(paramsOf)).toEqual([{ n: 1 }]);
});

it('a task whose server fails ends with the failure', async () => {
  server.answers['slow'] = BROKEN['failed']!;
  const task = await endOf(harness, who(), await startSlow());
  expect(task).toMatchObject({ status: 'failed', result: { status: 'error', error_code: 'BACKEND_5XX' } });
});

it('a cancelled task does not wait for its server', async () => {
  server.answers['slow'] = BROKEN['silent']!;
  const task_id = await startSlow();
  await waitUntil('the request', () => server.received.length === 1);
  await harness.call(kernel.cancelTask, who(), { task_id });
  expect(await taskOf(harness, who(), task_id)).toMatchObject({ status: 'cancelled', result: null });
});

it('a server is asked after its user has confirmed the call, once, with the params that were shown', async () => {
  const settings = (confirmation_enabled: boolean) =>
    harness.call(kernel.updateMySettings, who(), { confirmation_enabled, confirmation_actions: { write: true, destructive: true } });
  await settings(true);
  const waiting = await ok({ text: 'shown' });
  expect(waiting).toMatchObject({ status: 'error', error_code: 'CONFIRMATION_REQUIRED' });
  expect(server.received).toEqual([]);
  const { confirmation_id } = waiting.data as { confirmation_id: string };
  const confirm = () => harness.call(kernel.confirmCall, who(), { confirmation_id });
  const confirmed = await Promise.all([confirm(), confirm()]);
  for (const { result } of confirmed) expect(result).toMatchObject({ status: 'success', data: { id: 7 } });
  expect(server.received.map(paramsOf)).toEqual([{ text: 'shown' }]);
  await settings(false);
});

it('every kernel signs with a new secret at once', async () => {
  await harness.infra.startApp('kernel', env);
  await secret();
  const calls = () => Promise.all(Array.from({ length: 12 }, () => ok()));
  await calls();
  const current = new Webhook(await secret());
  await waitUntil('the broadcast', () => new Promise((done) => setTimeout(() => done(true), 100)));
  server.received.length = 0;
  await calls();
  expect(server.received).toHaveLength(12);
  for (const { body, headers } of server.received) expect(() => current.verify(body, headers)).not.toThrow();
});
