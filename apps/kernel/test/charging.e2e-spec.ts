import { billing } from '@skep/contracts/billing';
import { kernel } from '@skep/contracts/kernel';
import { portal } from '@skep/contracts/portal';
import { registry } from '@skep/contracts/registry';
import type { Ctx } from '@skep/platform';
import { asService, languageModel, type LanguageModel, startModels, waitUntil } from '@skep/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ada, bob, fn, type KernelHarness, startKernel } from './kernel.js';

let model: LanguageModel;
let harness: KernelHarness;
let people = 0;

const create = { id: 's1', op: 'store.create', args: { kind: 'link', data: { url: '{{event.url}}' } } };
const ask = { id: 'a1', op: 'ai.complete', args: { prompt: 'Hm?', model: '{{event.model}}' } };
const fail = { id: 'f1', op: 'call', args: { app_id: 'nowhere', function: 'none' } };

beforeAll(async () => {
  model = await languageModel();
  harness = await startKernel({ beside: ['registry', 'billing'] });
  await startModels(harness, model, { SKEP_LLM_MODELS: 'small, big', SKEP_LLM_TIERS: 'small=economy, big=premium' });
  await harness.publishApp(
    'links',
    [
      fn('save', [create], { params_schema: { type: 'object', properties: { url: { type: 'string' } }, required: ['url'] } }),
      fn('free', [create]),
      fn('save_and_fail', [create, fail]),
      fn('think', [{ ...ask, args: { prompt: 'Hm?' } }]),
      fn('think_cheaply', [{ ...ask, args: { prompt: 'Hm?', model: 'small' } }]),
      fn('think_as_told', [ask]),
      fn('think_twice', [ask, { ...ask, id: 'a2', args: { prompt: 'Hm?', model: 'small' } }]),
      fn('think_and_fail', [{ ...ask, args: { prompt: 'Hm?', model: 'small' } }, fail]),
      fn('think_if', [
        { id: 'c1', op: 'conditional', if: { field: '{{event.think}}', eq: true }, then: 'a1' },
        { ...ask, args: { prompt: 'Hm?', model: 'small' } },
      ]),
      fn('within', [{ id: 'w1', op: 'call', args: { function: 'save', params: { url: 'x' } } }]),
    ],
    { capabilities: ['*'] },
  );
  await approve({ save: 10, save_and_fail: 10, think: 5, think_cheaply: 5, think_and_fail: 5, think_if: 5, within: 3 }, 70);
});
beforeEach(() => {
  model.mood = 'answer';
  model.asked = [];
});
afterEach(async () => {
  await waitUntil('every charge', async () => {
    const open = await harness.infra.query('billing', `select from hold where status = 'held'`);
    return open.length === 0;
  });
  expect(await harness.infra.query('billing', 'select * from check_ledger()')).toEqual([]);
});
afterAll(async () => {
  await harness?.close();
  await model?.close();
});

let approvals = 0;
async function approve(tool_prices: Record<string, number>, revenue_split: number) {
  const approved = { app_id: 'links', developer_id: 'imp_u_ada', tenant_id: 'default', revision: 1, version: '1.0.0', name: 'Links' };
  const listed = { short_description: '', category: '', icon: '', tags: [], system: false, functions: [], permissions: [] };
  const pricing = { pricing_model: 'per_action', pricing_config: { tool_prices }, revenue_split };
  await harness.publish(portal.appApproved, {
    ...approved,
    ...listed,
    ...pricing,
    approved_at: new Date(Date.now() + approvals++ * 1_000),
  });
  await waitUntil('the approval', async () => {
    const [app] = await harness.infra.query('registry', `select live_prices, live_split from app where app_id = 'links'`);
    return (
      JSON.stringify(Object.entries((app?.['live_prices'] ?? {}) as object).sort()) === JSON.stringify(Object.entries(tool_prices).sort())
    );
  });
}

/** A new user with the app installed and 500 credits. */
async function user(): Promise<Ctx> {
  const ctx = bob({ user: `imp_u_payer_${people++}` });
  await harness.call(registry.installApp, ctx, { app_id: 'links' });
  return ctx;
}
const call = (ctx: Ctx, name: string, params?: object) => harness.run('links', name, params, ctx);
const balance = async (ctx: Ctx) => (await harness.call(billing.getBalance, ctx, {})).balance;
const spend = async (ctx: Ctx, credits: number) => {
  const terms = { key: 'spent', app_id: 'other', function: 'spend', base_price: credits, platform_fee: 0, split: 0, ttl_s: 60 };
  const { hold_id } = await harness.call(billing.placeHold, ctx, terms);
  await harness.call(billing.captureHold, ctx, { hold_id });
};
const documents = (ctx: Ctx) => harness.query('select from document where user_id = $1', [ctx.user]);
const lastLine = async (ctx: Ctx) =>
  (
    await harness.query(
      'select tool_name, status, action_price, extension_price, platform_fee from action where user_id = $1 order by id desc limit 1',
      [ctx.user],
    )
  )[0];

describe('a call that costs something', () => {
  it('is charged before its answer, and wallet and ledger name the call', async () => {
    const who = await user();
    expect(await call(who, 'save', { url: 'x' })).toMatchObject({ status: 'success' });
    expect(await balance(who)).toBe(490);
    const [line] = await harness.call(billing.listRecentEntries, who, { limit: 1 });
    expect(line).toMatchObject({ amount: -10, balance_after: 490, reason: 'call', app_id: 'links', description: 'save: 10 for the app' });
    expect(await lastLine(who)).toMatchObject({ status: 'success', action_price: 10, extension_price: 10, platform_fee: 0 });
  });

  it('pays the developer the share of the approval', async () => {
    const who = await user();
    const earned = async () =>
      Number(
        (
          await harness.infra.query(
            'billing',
            `select sum(amount) as n from ledger_entry where account_id = account_of('default', 'earnings', 'imp_u_ada')`,
          )
        )[0]?.['n'],
      );
    await call(who, 'save', { url: 'x' });
    const before = await earned();
    await call(who, 'think_cheaply');
    expect((await earned()) - before).toBe(3);
  });

  it('costs nothing if it fails or if its params are invalid', async () => {
    const who = await user();
    expect(await call(who, 'save_and_fail', { url: 'x' })).toMatchObject({ status: 'error' });
    expect(await call(who, 'save')).toMatchObject({ status: 'error', error_code: 'VALIDATION_MISSING_FIELD' });
    expect(await balance(who)).toBe(500);
    expect(await lastLine(who)).toMatchObject({ action_price: 0, extension_price: 0, platform_fee: 0 });
  });

  it('does not start without the credits for it: 402, nothing is done or recorded', async () => {
    const who = await user();
    await spend(who, 495);
    await expect(call(who, 'save', { url: 'x' })).rejects.toMatchObject({
      body: { code: 'insufficient_credits', status: 402, detail: expect.stringMatching(/10 credits.*has 5.*topup/) },
    });
    expect(await documents(who)).toEqual([]);
    expect(await lastLine(who)).toBeUndefined();
    expect(await call(who, 'free', { url: 'x' })).toMatchObject({ status: 'success' });
    expect(await balance(who)).toBe(5);
  });

  it('cannot spend the same credits as a concurrent one', async () => {
    const who = await user();
    await spend(who, 475);
    const calls = await Promise.allSettled([...Array(10).keys()].map(() => call(who, 'save', { url: 'x' })));
    expect(calls.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect(await documents(who)).toHaveLength(2);
    expect(await balance(who)).toBe(5);
  });

  it('is charged once for an Idempotency-Key, and again after the key has expired', async () => {
    const who = await user();
    const once = { ...who, idempotencyKey: 'once' };
    const first = await call(once, 'save', { url: 'x' });
    expect(await call(once, 'save', { url: 'x' })).toEqual(first);
    await waitUntil('the charge', async () => (await balance(who)) === 490);
    await harness.query('delete from idempotency');
    await call(once, 'save', { url: 'x' });
    await waitUntil('the second charge', async () => (await balance(who)) === 480);
    expect(await documents(who)).toHaveLength(2);
  });

  it('is free of its base price for the developer of the app', async () => {
    await call(ada(), 'save', { url: 'x' });
    expect(await balance(ada())).toBe(500);
    await call(ada(), 'think_cheaply');
    expect(await balance(ada())).toBe(440);
  });

  it('is charged for the calls of its steps as well', async () => {
    const who = await user();
    expect(await call(who, 'within')).toMatchObject({ status: 'success' });
    expect(await balance(who)).toBe(487);
    await spend(who, 480);
    expect(await call(who, 'within')).toMatchObject({ status: 'error', error_code: 'INSUFFICIENT_CREDITS' });
    expect(await balance(who)).toBe(7);
  });

  it('costs the approved price, until another one is approved', async () => {
    const who = await user();
    const before = { save: 10, save_and_fail: 10, think: 5, think_cheaply: 5, think_and_fail: 5, think_if: 5, within: 3 };
    await approve({ ...before, save: 200 }, 70);
    await call(who, 'save', { url: 'x' });
    expect(await balance(who)).toBe(300);
    await approve(before, 70);
    await call(who, 'save', { url: 'x' });
    expect(await balance(who)).toBe(290);
  });
});

describe('a call that uses a language model', () => {
  it.each([
    ['think', {}, 255],
    ['think_cheaply', {}, 65],
    ['think_as_told', { model: 'small' }, 60],
  ])('%s %j also costs the fee of its tier: %i', async (name, params, cost) => {
    const who = await user();
    if (name === 'think_as_told') await harness.infra.query('billing', `update plan set included_tokens = 5000 where id = 'free'`);
    expect(await call(who, name, params)).toMatchObject({ status: 'success' });
    await harness.infra.query('billing', `update plan set included_tokens = 500 where id = 'free'`);
    expect((name === 'think_as_told' ? 5_000 : 500) - (await balance(who))).toBe(cost);
    expect(await lastLine(who)).toMatchObject({ action_price: cost, extension_price: name === 'think_as_told' ? 0 : 5 });
  });

  it('costs the default of its type of action if its app has prices, but none for it', async () => {
    const setDefaults = (write: number) =>
      harness.call(billing.updateCategoryDefaults, asService('admin'), { read: 0, write, destructive: 0 });
    await setDefaults(7);
    const who = await user();
    await waitUntil('the default', async () => {
      const other = await user();
      await call(other, 'free', { url: 'x' });
      return (await balance(other)) === 493;
    });
    await call(who, 'save', { url: 'x' });
    await call(who, 'free', { url: 'x' });
    expect(await balance(who)).toBe(500 - 10 - 7);
    expect(await lastLine(who)).toMatchObject({ action_price: 7, extension_price: 7 });
    await setDefaults(0);
    await waitUntil('the default', async () => {
      const other = await user();
      await call(other, 'free', { url: 'x' });
      return (await balance(other)) === 500;
    });
  });

  it('reserves the fee of the most expensive model while the model is not known', async () => {
    const who = await user();
    await expect(call(who, 'think_as_told', { model: 'small' })).rejects.toMatchObject({
      body: { detail: expect.stringContaining('2200') },
    });
    expect(model.asked).toEqual([]);
  });

  it('pays one fee for several prompts: that of the most expensive model', async () => {
    await harness.infra.query('billing', `update plan set included_tokens = 5000 where id = 'free'`);
    const who = await user();
    await call(who, 'think_twice', { model: 'usual' });
    await harness.infra.query('billing', `update plan set included_tokens = 500 where id = 'free'`);
    expect(await balance(who)).toBe(4_750);
    expect(model.asked).toHaveLength(2);
  });

  it('and then fails costs only the fee; one that the model does not answer costs nothing', async () => {
    const who = await user();
    expect(await call(who, 'think_and_fail')).toMatchObject({ status: 'error' });
    expect(await balance(who)).toBe(440);
    expect(await lastLine(who)).toMatchObject({ action_price: 60, extension_price: 0, platform_fee: 60 });
    model.mood = 500;
    expect(await call(who, 'think_cheaply')).toMatchObject({ status: 'error', error_code: 'BACKEND_5XX' });
    expect(await balance(who)).toBe(440);
  });

  it('but does not reach the prompt costs only its base price', async () => {
    const who = await user();
    await call(who, 'think_if', { think: false });
    expect(await balance(who)).toBe(495);
    await call(who, 'think_if', { think: true });
    expect(await balance(who)).toBe(430);
  });
});

it('a batch charges each of its calls, and a call without credits is an error item', async () => {
  const who = await user();
  await spend(who, 475);
  const item = (name: string, params: Record<string, unknown> = { url: 'x' }) => ({ function: name, params });
  const results = await harness.call(kernel.callFunctions, who, {
    ...{ app_id: 'links', user_id: who.user, tenant_id: 'default' },
    calls: [item('save'), item('free'), item('save'), item('save'), item('save', {})],
  });
  expect(results.filter(({ error_code }) => error_code === 'INSUFFICIENT_CREDITS')).toHaveLength(1);
  expect(results.filter(({ status }) => status === 'success')).toHaveLength(3);
  expect(await balance(who)).toBe(5);
});
