import { billing } from '@skep/contracts/billing';
import { models } from '@skep/contracts/models';
import {
  type AppProcess,
  asUser,
  killAmong,
  languageModel,
  type LanguageModel,
  type ServiceHarness,
  startModels,
  startService,
  waitUntil,
} from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

const FEE = 60;
const apps: Record<string, AppProcess> = {};
let harness: ServiceHarness;
let model: LanguageModel;

const boot = async (name: string) => {
  apps[name] = await (name === 'models' ? startModels(harness, model, { SKEP_LLM_TIER: 'economy' }) : harness.infra.startApp(name));
};

beforeAll(async () => {
  model = await languageModel();
  harness = await startService('models');
  await Promise.all(['billing', 'models'].map(boot));
  await harness.infra.query('billing', `update plan set included_tokens = 100000 where id = 'free'`);
});
afterAll(async () => {
  await harness?.close();
  await model?.close();
});

const rows = (sql: string) => harness.infra.query('billing', sql);
const buy = (n: number, more: object = {}) =>
  harness.call(models.buyCompletion, asUser('ada', { idempotencyKey: `completion ${n}`, deadline: Date.now() + 6_000, ...more }), {
    ...{ prompt: `Hello ${n}`, system: '', messages: null, extension_id: 'link-saver', max_tokens: 100 },
  });

/** Asks while an app is killed, and starts it again. Returns how many requests succeeded. */
async function buyAmong(victim: string, requests: number[]): Promise<number> {
  const done = await killAmong(
    requests,
    (n) => buy(n, { deadline: Date.now() + 2_000 }),
    async () => apps[victim]?.kill('SIGKILL'),
  );
  await boot(victim);
  return done;
}

it.each(['models', 'billing'])(
  'charges each completion once, although %s is killed meanwhile',
  async (victim) => {
    const before = (await harness.call(billing.getBalance, asUser('ada'), {})).balance;
    const base = victim === 'models' ? 0 : 100;
    const requests = [...Array(40).keys()].map((n) => base + n);
    expect(await buyAmong(victim, requests)).toBeLessThan(requests.length);
    for (const n of requests) await waitUntil(`completion ${n}`, () => buy(n), 10_000);
    const spent = async () => before - (await harness.call(billing.getBalance, asUser('ada'), {})).balance;
    await waitUntil('every charge', async () => (await spent()) === requests.length * FEE);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await spent()).toBe(requests.length * FEE);
    expect(await rows('select * from check_ledger()')).toEqual([]);
  },
  120_000,
);
