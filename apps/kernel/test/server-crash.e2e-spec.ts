import { billing } from '@skep/contracts/billing';
import { type AppProcess, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { approvePriced } from './approve.js';
import { BROKEN, type DeveloperServer, json, onServer, startDeveloperServer } from './developer-server.js';
import { bob, type KernelHarness, startKernelProcesses } from './kernel.js';

let harness: KernelHarness;
let server: DeveloperServer;
const PRICE = 3;
const startKernel = (): Promise<AppProcess> => harness.infra.startApp('kernel', { SKEP_OUTBOUND_ALLOW: '127.0.0.1' });

beforeAll(async () => {
  server = await startDeveloperServer();
  harness = await startKernelProcesses(['registry', 'billing']);
  await harness.publishApp('remote', [onServer(server, 'ok')]);
  await approvePriced(harness, 'remote', ['server:call'], { ok: PRICE });
});
afterAll(async () => {
  await harness?.close();
  await server?.close();
});

const call = () => harness.run('remote', 'ok', {}, bob({ idempotencyKey: 'once', deadline: Date.now() + 10_000 }));
const balance = async () => (await harness.call(billing.getBalance, bob({ scopes: ['billing:read'] }), {})).balance;

it('a call whose kernel is killed while the server works has the same id when it is repeated, and is charged once', async () => {
  const before = await balance();
  const first = await startKernel();
  server.answers['ok'] = BROKEN['silent']!;
  const lost = call().catch((error: unknown) => error);
  await waitUntil('the call', () => server.received.length === 1, 10_000);
  await first.kill('SIGKILL');
  server.answers['ok'] = json({ id: 7 });
  await startKernel();
  const result = await waitUntil('the result', call, 20_000);
  expect(result).toMatchObject({ status: 'success', data: { id: 7 } });
  expect(await call()).toEqual(result);
  await lost;
  const ids = server.received.map(({ headers }) => headers['webhook-id']);
  expect(ids).toHaveLength(2);
  expect(new Set(ids).size).toBe(1);
  await waitUntil('the charge', async () => (await balance()) === before - PRICE);
  expect(await harness.actions('remote', 'ok')).toHaveLength(1);
  const held = () => harness.infra.query('billing', `select from hold where status = 'held'`);
  await waitUntil('every hold to end', async () => (await held()).length === 0);
  expect(await harness.infra.query('billing', 'select * from check_ledger()')).toEqual([]);
});
