import { billing } from '@skep/contracts/billing';
import { portal } from '@skep/contracts/portal';
import type { Ctx } from '@skep/platform';
import { asUser, asService, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { administrator, openPortal, type PortalHarness, tooling } from './portal.js';

let harness: PortalHarness;
const DAY_MS = 86_400_000;
const change = (ctx: Ctx, tier: string) => harness.call(portal.changeTier, ctx, { tier });
const profile = (ctx: Ctx) => harness.call(portal.getProfile, ctx, {});
const grant = (user_id: string, tier: string, { by = administrator(), until }: { until?: Date; by?: Ctx } = {}) =>
  harness.call(portal.grantTier, by, { user_id, tier, until });

/** A user with 100,500 credits. */
async function userWithCredits(name: string): Promise<Ctx> {
  const ctx = asUser(name);
  const started = await harness.call(billing.startTopup, ctx, { tokens: 100_000, price_cents: 10_000, save_payment_method: false });
  await harness.call(billing.confirmTopup, ctx, started);
  return ctx;
}
const balance = async (ctx: Ctx) => (await harness.call(billing.getBalance, ctx, {})).balance;
async function developer(name: string): Promise<Ctx> {
  const ctx = await userWithCredits(name);
  await harness.register(ctx);
  return ctx;
}

beforeAll(async () => {
  harness = await openPortal(['billing']);
});
afterAll(() => harness?.close());

describe('changing one’s tier', () => {
  it('costs a year’s price, and applies the tier’s app limit and split at once', async () => {
    const ada = await developer('ada');
    expect(await change(ada, 'studio')).toMatchObject({
      ...{
        developer_id: 'imp_u_ada',
        tier: 'studio',
        split: 85,
        apps: 10,
        analytics_days: 90,
        payouts: true,
        price: 29_000,
        charged: 29_000,
        comped_by: null,
      },
    });
    const now = await profile(ada);
    expect(now.tier).toBe('studio');
    expect(Math.round((now.tier_until!.getTime() - Date.now()) / DAY_MS)).toBe(365);
    for (const n of [1, 2])
      expect(await harness.create(ada, { app_id: `studio-${n}`, name: 'S' })).toMatchObject({ revenue_split_dev: 85 });
    expect(await change(ada, 'studio')).toMatchObject({ tier: 'studio', charged: 0 });
    expect(await balance(ada)).toBe(71_500);
  });

  it('requires a developer, credits and a tier for sale; otherwise nothing is charged', async () => {
    const bob = await developer('bob');
    await expect(change(bob, 'partner')).rejects.toMatchObject({ body: { code: 'tier_not_for_sale', status: 403 } });
    await expect(change(bob, 'emperor')).rejects.toMatchObject({ body: { code: 'invalid_input', detail: [{ loc: ['tier'] }] } });
    for (const ctx of [asUser('nobody'), asUser('bob', { tenant: 'imp_t_other' }), tooling()])
      await expect(change(ctx, 'indie')).rejects.toMatchObject({ body: { code: 'not_a_developer', status: 403 } });
    const poor = asUser('poor');
    await harness.register(poor);
    await expect(change(poor, 'indie')).rejects.toMatchObject({ body: { code: 'insufficient_credits', status: 402 } });
    expect(await profile(poor)).toMatchObject({ tier: 'explorer', tier_until: null });
    expect(await balance(bob)).toBe(100_500);
  });

  it('to a lower one is refused until the paid year ends', async () => {
    const cat = await developer('cat');
    await change(cat, 'studio');
    for (const tier of ['indie', 'explorer'])
      await expect(change(cat, tier)).rejects.toMatchObject({ body: { code: 'tier_running', status: 409 } });
  });

  it('happens once per Idempotency-Key', async () => {
    const dan = { ...(await developer('dan')), idempotencyKey: 'once' };
    const answers = await Promise.all([1, 2, 3].map(() => change(dan, 'indie')));
    for (const answer of answers) expect(answer).toEqual({ ...answers[0], charged: 9_000 });
    expect(await balance(dan)).toBe(91_500);
  });

  it('is applied from billing’s event if this service stops before it stores billing’s answer', async () => {
    const eve = await developer('eve');
    await harness.call(billing.buyTier, { ...eve, actor: 'service:developer-portal' }, { tier: 'indie', price: 9_000 });
    await waitUntil('the tier', async () => (await profile(eve)).tier === 'indie', 15_000);
  });

  it('is not undone by an older event', async () => {
    const fay = await developer('fay');
    const { tier_until } = await profile(fay);
    await change(fay, 'indie');
    await change(fay, 'studio');
    const stale = { tenant_id: 'default', developer_id: fay.user, tier: 'explorer', tier_until, comped_by: null, tier_sequence: 1 };
    const id = await harness.publish(billing.tierChanged, stale);
    await waitUntil('the event', async () => (await harness.query('select from inbox where event_id = $1', [id])).length > 0, 15_000);
    expect((await profile(fay)).tier).toBe('studio');
  });
});

describe('an expired tier', () => {
  it('is explorer again: its app limit applies, and existing apps stay', async () => {
    const gus = await developer('gus');
    await grant(gus.user, 'indie', { until: new Date(Date.now() + 3_000) });
    await harness.create(gus, { app_id: 'gus-1', name: 'G' });
    await waitUntil('the expiry', async () => (await profile(gus)).tier === 'explorer', 20_000);
    expect(await profile(gus)).toMatchObject({ tier_until: null, apps_count: 1 });
    await expect(harness.create(gus, { app_id: 'gus-2', name: 'G' })).rejects.toMatchObject({ body: { code: 'app_cap_reached' } });
    expect(await change(gus, 'indie')).toMatchObject({ charged: 9_000, tier: 'indie' });
  });
});

describe('granting a tier', () => {
  it('is free, names who granted it, and is possible for a tier that is not for sale', async () => {
    const hal = await developer('hal');
    expect(await grant(hal.user, 'partner')).toMatchObject({
      ...{ tier: 'partner', developer_id: hal.user, comped_by: 'imp_u_root', tier_until: null, charged: 0, apps: null, split: 95 },
    });
    expect(await profile(hal)).toMatchObject({ tier: 'partner', tier_until: null });
    expect(await change(hal, 'partner')).toMatchObject({ tier: 'partner', charged: 0 });
    expect(await grant(hal.user, 'explorer', { by: asService('panel') })).toMatchObject({ tier: 'explorer', comped_by: 'service:panel' });
    expect(await balance(hal)).toBe(100_500);
  });

  it('requires an existing developer of any tenant, and is refused to everyone but the operator', async () => {
    const zoe = asUser('zoe', { tenant: 'imp_t_other' });
    await harness.register(zoe);
    expect(await grant(zoe.user, 'studio')).toMatchObject({ tier: 'studio' });
    expect((await profile(zoe)).tier).toBe('studio');
    await expect(grant('imp_u_none', 'indie')).rejects.toMatchObject({ body: { code: 'developer_not_found', status: 404 } });
    for (const by of [asUser('hal'), administrator({ tenant: 'imp_t_other' })])
      await expect(grant('imp_u_hal', 'partner', { by })).rejects.toMatchObject({ body: { code: 'forbidden', status: 403 } });
    await expect(grant('imp_u_hal', 'emperor')).rejects.toMatchObject({ body: { detail: [{ loc: ['tier'] }] } });
  });
});

describe('registering with a paid tier', () => {
  const register = (ctx: Ctx, tier: string, nickname = `${ctx.user.slice(6)}-paid`) =>
    harness.call(portal.registerDeveloper, ctx, { nickname, tier });

  it('charges the first year’s price', async () => {
    const ida = await userWithCredits('ida');
    expect(await register(ida, 'indie')).toMatchObject({ tier: 'indie', total_earnings: 0 });
    expect(await balance(ida)).toBe(91_500);
  });

  it('is refused without registering if it cannot be paid or is not for sale', async () => {
    const jan = asUser('jan');
    await expect(register(jan, 'indie')).rejects.toMatchObject({ body: { code: 'insufficient_credits', status: 402 } });
    await expect(register(jan, 'partner')).rejects.toMatchObject({ body: { code: 'tier_not_for_sale', status: 403 } });
    await expect(profile(jan)).rejects.toMatchObject({ body: { code: 'not_a_developer' } });
  });

  it('charges nothing if the nickname is taken', async () => {
    const kai = await userWithCredits('kai');
    await expect(register(kai, 'indie', 'ida-paid')).rejects.toMatchObject({ body: { code: 'nickname_taken' } });
    expect(await balance(kai)).toBe(100_500);
  });
});

describe('the terms for developers', () => {
  it('are the same for everyone, also before a registration', async () => {
    const config = await harness.call(portal.getDeveloperConfig, administrator(), {});
    expect(await harness.call(portal.getDeveloperTerms, asUser('nobody'), {})).toEqual(config);
  });

  it('divide prices as a paid call would, for the app’s own developer', async () => {
    const pia = await developer('pia');
    await harness.create(pia, { app_id: 'priced', name: 'Priced' });
    const input = { app_id: 'priced', prices: [{ price: 5 }, { price: 0 }, { price: 1_000_000 }] };
    expect(await harness.call(portal.previewPrices, pia, input)).toEqual({
      split: 70,
      shares: [
        { price: 5, developer_share: 3, platform_share: 2 },
        { price: 0, developer_share: 0, platform_share: 0 },
        { price: 1_000_000, developer_share: 700_000, platform_share: 300_000 },
      ],
    });
    await change(pia, 'indie');
    expect(await harness.call(portal.previewPrices, pia, input)).toMatchObject({ split: 80, shares: [{ developer_share: 4 }, {}, {}] });
    await expect(harness.call(portal.previewPrices, asUser('bob'), input)).rejects.toMatchObject({ body: { code: 'no_such_app' } });
    for (const price of [-1, 1.5, 1_000_001])
      await expect(harness.call(portal.previewPrices, pia, { app_id: 'priced', prices: [{ price }] })).rejects.toMatchObject({
        body: { code: 'invalid_input' },
      });
  });
});

describe('the developer configuration', () => {
  it('returns tiers, fees and payout terms to administrators', async () => {
    const config = await harness.call(portal.getDeveloperConfig, administrator(), {});
    expect(config).toMatchObject({
      platform_fees: { economy: 60, standard: 250, premium: 2_200 },
      ...{ min_payout_tokens: 10_000, token_rate: 1_000 },
    });
    expect(config.tiers.map(({ tier, split, apps, price, payouts, for_sale }) => [tier, split, apps, price, payouts, for_sale])).toEqual([
      ['explorer', 70, 1, 0, false, true],
      ['indie', 80, 3, 9_000, true, true],
      ['studio', 85, 10, 29_000, true, true],
      ['partner', 95, null, 79_000, true, false],
    ]);
    await expect(harness.call(portal.getDeveloperConfig, asUser('ada'), {})).rejects.toMatchObject({ body: { code: 'forbidden' } });
  });
});
