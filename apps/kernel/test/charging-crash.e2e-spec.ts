import { billing } from '@skep/contracts/billing';
import { portal } from '@skep/contracts/portal';
import { type AppProcess, asUser, killAmong, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { bob, fn, type KernelHarness, startKernelProcesses } from './kernel.js';

let harness: KernelHarness;
const apps: Record<string, AppProcess> = {};
const boot = async (name: string) => void (apps[name] = await harness.infra.startApp(name));
const PRICE = 3;

beforeAll(async () => {
  harness = await startKernelProcesses();
  await Promise.all(['billing', 'kernel'].map(boot));
  const create = { id: 's1', op: 'store.create', args: { kind: 'link', data: { n: '{{event.n}}' } } };
  await harness.publishApp('links', [fn('save', [create]), fn('free', [create])]);
  const app = { app_id: 'links', developer_id: 'imp_u_ada', version: '1.0.0', name: 'Links' };
  const listed = { short_description: '', category: '', icon: '', tags: [], system: true, functions: [], permissions: [] };
  const pricing = { pricing_model: 'per_action', pricing_config: { tool_prices: { save: PRICE } }, revenue_split: 70 };
  await harness.publish(portal.appApproved, { ...app, tenant_id: 'default', revision: 1, ...listed, ...pricing, approved_at: new Date() });
  await waitUntil(
    'the approval',
    async () => (await harness.infra.query('registry', 'select from app where live_revision = 1'))[0],
    10_000,
  );
});
afterAll(() => harness?.close());

const save = (n: number, more = {}) =>
  harness.run('links', 'save', { n }, bob({ idempotencyKey: `call ${n}`, deadline: Date.now() + 6_000, ...more }));

/** Makes calls while an app is killed, and starts it again. Returns how many calls succeeded. */
async function callAmong(victim: string, calls: number[], call: (n: number) => Promise<unknown>): Promise<number> {
  const done = await killAmong(calls, call, async () => apps[victim]?.kill('SIGKILL'));
  await boot(victim);
  return done;
}

it.each(['kernel', 'billing'])(
  'charges exactly the calls that succeeded, each once, although %s is killed meanwhile',
  async (victim) => {
    const base = victim === 'kernel' ? 0 : 100;
    const calls = [...Array(40).keys()].map((n) => base + n);
    const done = await callAmong(victim, calls, (n) => save(n, { deadline: Date.now() + 2_000 }));
    expect(done).toBeLessThan(calls.length);
    for (const n of calls) await waitUntil(`call ${n}`, () => save(n), 10_000);
    const actions = async () => harness.query(`select from action where status = 'success'`);
    const expected = 500 - (base ? 80 : 40) * PRICE;
    await waitUntil('every charge', async () => (await harness.call(billing.getBalance, bob(), {})).balance === expected, 10_000);
    expect(await actions()).toHaveLength(base ? 80 : 40);
    expect(await harness.query('select from document')).toHaveLength(base ? 80 : 40);
    expect(await harness.infra.query('billing', 'select * from check_ledger()')).toEqual([]);
  },
  60_000,
);

it.each(['kernel', 'billing'])(
  'counts exactly the calls that succeeded, each once, although %s is killed during calls that cost nothing',
  async (victim) => {
    const who = asUser(`counted-${victim}`);
    const free = (n: number, timeoutMs: number) =>
      harness.run('links', 'free', { n }, { ...who, idempotencyKey: `free ${n}`, deadline: Date.now() + timeoutMs });
    const calls = [...Array(40).keys()];
    await callAmong(victim, calls, (n) => free(n, 2_000));
    for (const n of calls) await waitUntil(`call ${n}`, () => free(n, 6_000), 10_000);
    const unheard = `select from outbox where sent_at is null`;
    await waitUntil('every event to be sent', async () => (await harness.query(unheard)).length === 0);
    const actions = await harness.query('select status from action where user_id = $1', [who.user]);
    const used = async () => (await harness.call(billing.getUsage, who, {})).usage['actions'];
    await waitUntil('every count', async () => (await used()) === actions.length, 10_000);
    expect(actions.filter(({ status }) => status === 'success')).toHaveLength(calls.length);
    expect(await harness.query('select from document where user_id = $1', [who.user])).toHaveLength(calls.length);
  },
  60_000,
);
