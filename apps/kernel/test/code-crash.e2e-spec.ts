import { billing } from '@skep/contracts/billing';
import { type AppProcess, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { approvePriced } from './approve.js';
import { publishCode } from './code.js';
import { BROKEN, type DeveloperServer, json, startDeveloperServer } from './developer-server.js';
import { bob, type KernelHarness, startKernelProcesses } from './kernel.js';

let harness: KernelHarness;
let server: DeveloperServer;
const PRICE = 3;
const startKernel = (): Promise<AppProcess> => harness.infra.startApp('kernel', { SKEP_OUTBOUND_ALLOW: '127.0.0.1' });

beforeAll(async () => {
  server = await startDeveloperServer();
  harness = await startKernelProcesses(['registry', 'billing']);
  const host = new URL(server.urlOf('')).host;
  const order = `
    const { id } = await ctx.store.create('order', { at: 'first' });
    const answer = await ctx.http.fetch('${server.urlOf('ok')}', { method: 'POST', body: id });
    await ctx.store.create('order', { at: 'last' });
    return { id, answer: answer.body }`;
  const capabilities = ['store:write', `http:${host}`];
  await publishCode(harness, 'shop', { order }, { capabilities });
  await approvePriced(harness, 'shop', ['store:read', ...capabilities], { order: PRICE });
});
afterAll(async () => {
  await harness?.close();
  await server?.close();
});

const call = () => harness.run('shop', 'order', {}, bob({ idempotencyKey: 'once', deadline: Date.now() + 10_000 }));
const balance = async () => (await harness.call(billing.getBalance, bob({ scopes: ['billing:read'] }), {})).balance;

const orders = () => harness.query(`select id, data ->> 'at' as at from document where app_id = 'shop' order by id`);

it('code whose kernel is killed in the middle continues where it stopped, and its call is charged once', async () => {
  const before = await balance();
  const first = await startKernel();
  server.answers['ok'] = BROKEN['silent']!;
  const lost = call().catch((error: unknown) => error);
  await waitUntil('the request', () => server.received.length === 1, 10_000);
  await first.kill('SIGKILL');
  expect(await orders()).toEqual([]);
  server.answers['ok'] = json('paid');
  await startKernel();
  const result = await waitUntil('the result', call, 20_000);
  const made = await orders();
  expect(made.map(({ at }) => at)).toEqual(['first', 'last']);
  expect(result).toMatchObject({ status: 'success', data: { id: made[0]!['id'], answer: '"paid"' } });
  expect(await call()).toEqual(result);
  await lost;
  expect(server.received.map(({ body }) => body)).toEqual([made[0]!['id'], made[0]!['id']]);
  expect(new Set(server.received.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  await waitUntil('the charge', async () => (await balance()) === before - PRICE);
  expect(await harness.actions('shop', 'order')).toHaveLength(1);
});
