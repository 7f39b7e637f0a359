import { billing, type PriceChanged } from '@skep/contracts/billing';
import { asService, asUser, codeOf, type ServiceHarness, startService } from '@skep/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { start } from '../src/main.js';

const admin = asService('admin-panel');
let harness: ServiceHarness;

beforeAll(async () => {
  harness = await startService('billing', start);
});
afterEach(async () => {
  expect(await harness.query('select * from check_ledger()')).toEqual([]);
});
afterAll(() => harness?.close());

/** The changes of a target, as the audit log gets them, oldest first. */
const changesOf = async (target_id: string) =>
  (
    await harness.query(`select payload, ctx from outbox where subject = $1 and payload->>'target_id' = $2 order by seq`, [
      billing.priceChanged.subject,
      target_id,
    ])
  ).map(({ payload, ctx }) => ({ ...(payload as PriceChanged), by: (ctx as { actor: string }).actor }));

const SETTINGS = [
  ['platform-fees', billing.getPlatformFees, billing.updatePlatformFees, { economy: 60, standard: 250, premium: 2_200 }, { economy: 70 }],
  ['token-rate', billing.getTokenRate, billing.updateTokenRate, { token_rate: 1_000 }, { token_rate: 500 }],
  ['category-defaults', billing.getCategoryDefaults, billing.updateCategoryDefaults, { read: 0, write: 0, destructive: 0 }, { write: 3 }],
  ['voice-costs', billing.getVoiceCosts, billing.updateVoiceCosts, { stt: 0, speak: 0 }, { stt: 1.5 }],
  ['voice-enabled', billing.getVoiceEnabled, billing.updateVoiceEnabled, { enabled: false }, { enabled: true }],
  [
    'coding-pricing',
    billing.getCodingPricing,
    billing.updateCodingPricing,
    { markup: 1, credits_per_dollar: 1_000, min_charge: 0, grace_cap: 0, low_warn_threshold: 0 },
    { markup: 1.25 },
  ],
] as const;

describe.each(SETTINGS)('the price %s', (name, read, change, defaults, changed) => {
  const get = () => harness.call<object, object>(read, admin, {});
  const put = (value: object) => harness.call<object, object>(change, admin, value);

  it('has a default, is echoed when it is changed, and stays', async () => {
    expect(await get()).toEqual(defaults);
    const value = { ...defaults, ...changed };
    expect(await put(value)).toEqual(value);
    expect(await get()).toEqual(value);
    await put(value);
    await put(defaults);
    const [field, to] = Object.entries(changed)[0]!;
    const from = (defaults as Record<string, unknown>)[field];
    const change = (from: unknown, to: unknown) => ({
      target_type: 'price',
      target_id: name,
      changes: { [field]: { from, to } },
      by: 'service:admin-panel',
    });
    expect(await changesOf(name)).toEqual([change(from, to), change(to, from)]);
  });

  it('is refused unless every field is valid', async () => {
    for (const field of Object.keys(defaults)) {
      for (const wrong of [-1, 'x', null, 10_000_001]) expect(await codeOf(put({ ...defaults, [field]: wrong }))).toBe('invalid_input');
    }
    expect(await get()).toEqual(defaults);
  });
});

it('the value of a credit applies to top-ups and payouts from then on', async () => {
  const ada = asUser('ada');
  const topUp = (tokens: number) =>
    codeOf(harness.call(billing.startTopup, ada, { tokens, price_cents: 1_000, save_payment_method: false }).then(() => ({ code: 'ok' })));
  await harness.call(billing.updateTokenRate, admin, { token_rate: 500 });
  expect([await harness.call(billing.getTopupConfig, ada, {}), await harness.call(billing.getPayoutTerms, admin, {})]).toMatchObject([
    { token_rate: 500, tiers: [{ tokens: 2_500, price_cents: 500 }, {}, {}, {}] },
    { token_rate: 500 },
  ]);
  await expect(topUp(10_000)).resolves.toBe('price_mismatch');
  await harness.call(billing.startTopup, ada, { tokens: 5_000, price_cents: 1_000, save_payment_method: false });
  await harness.call(billing.updateTokenRate, admin, { token_rate: 1_000 });
});

describe('the rate of a model', () => {
  const rate = { tier: 'economy' as const, input_cost_per_1k: 0.5, output_cost_per_1k: 1.5, is_available: true };
  const set = (model_id: string, more: object = {}) => harness.call(billing.setModelRate, admin, { model_id, ...rate, ...more });
  const list = (include_unavailable: boolean) => harness.call(billing.listModelRates, admin, { include_unavailable });

  it('is set, read, listed and removed, and each change is published', async () => {
    expect(await set('small')).toEqual({ id: 'small', model_id: 'small', ...rate });
    expect(await set('small', { platform_fee_default: 5 })).toMatchObject({ platform_fee_default: 5 });
    expect(await harness.call(billing.getModelRate, admin, { model_id: 'small' })).toMatchObject({ ...rate, platform_fee_default: 5 });
    await set('gone', { is_available: false });
    expect((await list(false)).map(({ id }) => id)).toEqual(['small']);
    expect((await list(true)).map(({ id }) => id)).toEqual(['gone', 'small']);
    expect((await harness.call(billing.getPriceList, admin, {})).coding).toEqual({ factor: 1, min_charge: 0 });
    expect((await harness.call(billing.getPriceList, admin, {})).model_rates.map(({ id }) => id)).toEqual(['gone', 'small']);
    expect(await harness.call(billing.deleteModelRate, admin, { model_id: 'small' })).toEqual({ model_id: 'small', deleted: true });
    const changes = (await changesOf('small')).map((each) => each.changes);
    expect(changes).toEqual([
      expect.objectContaining({ input_cost_per_1k: { from: null, to: 0.5 } }),
      { platform_fee_default: { from: null, to: 5 } },
      expect.objectContaining({ tier: { from: 'economy', to: null } }),
    ]);
  });

  it('is not found unless it was set', async () => {
    expect(await codeOf(harness.call(billing.getModelRate, admin, { model_id: 'none' }))).toBe('model_rate_not_found');
    expect(await codeOf(harness.call(billing.deleteModelRate, admin, { model_id: 'none' }))).toBe('model_rate_not_found');
  });

  it('is refused with an unknown tier or a cost below 0', async () => {
    for (const wrong of [{ tier: 'cheap' }, { input_cost_per_1k: -1 }, { output_cost_per_1k: 'x' }, { platform_fee_default: 1.5 }])
      expect(await codeOf(set('bad', wrong))).toBe('invalid_input');
  });
});

describe('a user', () => {
  const bob = asUser('bob');
  const put = (plan_ref: string, user = bob) =>
    harness.call(billing.setUserPlan, admin, { user_id: user.user, tenant_id: user.tenant, plan_ref });
  const balance = async () => (await harness.call(billing.getBalance, bob, {})).balance;

  it('is put on a plan by id or name, with the credits that it includes, once', async () => {
    expect(await put('free')).toEqual({ user_id: bob.user, plan: 'free', plan_id: 'free', status: 'active' });
    expect(await put('Pro')).toEqual({ user_id: bob.user, plan: 'pro', plan_id: 'pro', status: 'active' });
    expect(await put('pro')).toMatchObject({ plan_id: 'pro' });
    expect(await harness.call(billing.getSubscription, bob, {})).toMatchObject({ plan: 'pro', billing_mode: 'manual', expires_at: null });
    expect(await balance()).toBe(50_500);
    expect(await harness.query(`select granted from wallet where user_id = $1`, [bob.user])).toEqual([{ granted: 50_500 }]);
    await put('free');
    expect(await harness.call(billing.getSubscription, bob, {})).toMatchObject({ plan: 'free', billing_mode: 'free', status: 'active' });
    expect((await changesOf(bob.user)).map(({ changes }) => changes)).toEqual([
      { plan: { from: 'free', to: 'pro' } },
      { plan: { from: 'pro', to: 'free' } },
    ]);
  });

  it('of another tenant has a plan of their own', async () => {
    const other = asUser('bob', { tenant: 'imp_t_other' });
    await put('starter', other);
    expect((await harness.call(billing.getSubscription, other, {})).plan).toBe('starter');
    expect((await harness.call(billing.getSubscription, bob, {})).plan).toBe('free');
  });

  it('is not put on an unknown plan, nor by a pattern', async () => {
    for (const ref of ['platinum', '%', 'p_o']) expect(await codeOf(put(ref))).toBe('plan_not_found');
  });
});

it('a feature of a plan is switched and shown with the plans; that of an unknown plan is not found', async () => {
  const feature = { plan_id: 'pro', feature: 'voice', enabled: true };
  expect(await harness.call(billing.setPlanFeature, admin, feature)).toEqual(feature);
  const plans = await harness.call(billing.listPlans, admin, {});
  expect(plans.find(({ id }) => id === 'pro')?.features).toMatchObject({ voice: true, topups: true });
  expect(await changesOf('pro')).toMatchObject([{ target_type: 'plan', changes: { voice: { from: null, to: true } } }]);
  expect(await codeOf(harness.call(billing.setPlanFeature, admin, { ...feature, plan_id: 'none' }))).toBe('plan_not_found');
  expect(await codeOf(harness.call(billing.setPlanFeature, admin, { ...feature, feature: 'A b' }))).toBe('invalid_input');
});

it('a plan without top-ups sells no credits, by hand or automatically, until it has them again', async () => {
  const eve = asUser('eve');
  const topups = (enabled: boolean) => harness.call(billing.setPlanFeature, admin, { plan_id: 'free', feature: 'topups', enabled });
  const buy = () => harness.call(billing.startTopup, eve, { tokens: 1_000, price_cents: 100, save_payment_method: false });
  const set = (enabled: boolean) =>
    harness.call(billing.updateAutoTopup, eve, {
      ...{ enabled, threshold_pct: 20, recharge_tokens: 1_000, payment_method_id: '', monthly_cap_cents: 10_000 },
    });
  await harness.call(billing.setUpPaymentMethod, eve, {});
  await topups(false);
  for (const refused of [buy, () => set(true)]) expect(await codeOf(refused())).toBe('plan_feature_missing');
  expect(await harness.query(`select from payment where user_id = $1`, [eve.user])).toEqual([]);
  expect(await set(false)).toMatchObject({ enabled: false });
  await topups(true);
  expect((await buy()).payment_intent_id).toBeTruthy();
  expect(await set(true)).toMatchObject({ enabled: true });
});

it('the use of Stripe is told with masked keys, and other keys are refused', async () => {
  const config = { payments: 'sandbox', enabled: false, publishable_key: '', secret_key: '', webhook_secret: '' };
  expect(await harness.call(billing.getStripeConfig, admin, {})).toEqual(config);
  expect(await harness.call(billing.updateStripeConfig, admin, config)).toEqual(config);
  for (const other of [{ enabled: true }, { secret_key: 'sk_live_other' }, { publishable_key: 'pk' }, { webhook_secret: 'whsec_1' }])
    expect(await codeOf(harness.call(billing.updateStripeConfig, admin, other))).toBe('conflict');
});
