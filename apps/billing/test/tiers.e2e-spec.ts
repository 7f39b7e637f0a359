import { billing } from '@skep/contracts/billing';
import type { Ctx } from '@skep/platform';
import { type ServiceHarness, startService, asUser, asService } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { start } from '../src/main.js';
import { administrator, codeOf, promote, violations } from './earnings-harness.js';

const DAY_MS = 86_400_000;
const PRICES = { explorer: 0, indie: 9_000, studio: 29_000, partner: 79_000 };
let harness: ServiceHarness;
const buy = (ctx: Ctx, tier: keyof typeof PRICES) => harness.call(billing.buyTier, ctx, { tier, price: PRICES[tier] });
const balance = async (ctx: Ctx) => (await harness.call(billing.getBalance, ctx, {})).balance;
const daysTo = (until: Date | null) => Math.round((until!.getTime() - Date.now()) / DAY_MS);
const passDays = (ctx: Ctx, days: number) =>
  harness.query(`update developer_tier set tier_until = tier_until - $2 * interval '1 day' where developer_id = $1`, [ctx.user, days]);

/** A user with 100,500 credits. */
async function rich(name: string): Promise<Ctx> {
  const ctx = asUser(name);
  const started = await harness.call(billing.startTopup, ctx, { tokens: 100_000, price_cents: 10_000, save_payment_method: false });
  await harness.call(billing.confirmTopup, ctx, started);
  return ctx;
}

beforeAll(async () => {
  harness = await startService('billing', start);
});
afterAll(() => harness?.close());

describe('a tier', () => {
  it('costs its price for a year, explained in the wallet’s history; a repeated purchase costs nothing', async () => {
    const ada = await rich('ada');
    const bought = await buy(ada, 'indie');
    expect(bought).toMatchObject({
      tier: 'indie',
      charged: 9_000,
      comped_by: null,
      developer_id: 'imp_u_ada',
      tenant_id: 'default',
      tier_sequence: 1,
    });
    expect(daysTo(bought.tier_until)).toBe(365);
    expect(await buy(ada, 'indie')).toEqual({ ...bought, charged: 0 });
    expect(await balance(ada)).toBe(91_500);
    const [line] = await harness.call(billing.listRecentEntries, ada, { limit: 1 });
    expect(line).toMatchObject({ amount: -9_000, reason: 'tier', description: 'Developer tier indie for one year' });
    const events = await harness.query(`select payload->>'tier' as tier from outbox where subject = 'event.billing.tierChanged'`);
    expect(events).toEqual([{ tier: 'indie' }]);
    expect(await violations(harness)).toEqual([]);
  });

  it('cannot be bought without enough available credits, even if holds reserve only a part', async () => {
    const bob = asUser('bob');
    await expect(buy(bob, 'indie')).rejects.toMatchObject({
      body: { code: 'insufficient_credits', status: 402, detail: expect.stringMatching(/9000.*has 500/) },
    });
    const kim = await rich('kim');
    await harness.call(billing.placeHold, kim, {
      key: 'k',
      app_id: 'notes',
      function: 'f',
      base_price: 71_501,
      platform_fee: 0,
      split: 0,
      ttl_s: 900,
    });
    await expect(buy(kim, 'studio')).rejects.toMatchObject({ body: { code: 'insufficient_credits' } });
    expect(await balance(kim)).toBe(100_500);
  });

  it('deducts the unused rest of the year on an upgrade, which starts a new year', async () => {
    const eve = await rich('eve');
    await buy(eve, 'indie');
    await passDays(eve, 73);
    const bought = await buy(eve, 'studio');
    expect(bought.charged).toBeGreaterThanOrEqual(29_000 - 7_200);
    expect(bought.charged).toBeLessThanOrEqual(29_000 - 7_199);
    expect(daysTo(bought.tier_until)).toBe(365);
    expect(await balance(eve)).toBe(100_500 - 9_000 - bought.charged);
  });

  it('cannot be downgraded before it expires; the lower tier then costs its full price', async () => {
    const joe = await rich('joe');
    await buy(joe, 'studio');
    for (const tier of ['indie', 'explorer'] as const)
      await expect(buy(joe, tier)).rejects.toMatchObject({
        body: { code: 'tier_running', status: 409, detail: expect.stringContaining('studio until 2') },
      });
    await passDays(joe, 366);
    expect(await buy(joe, 'explorer')).toMatchObject({ charged: 0 });
    expect(await buy(joe, 'indie')).toMatchObject({ tier: 'indie', charged: 9_000 });
  });

  it('can be extended in its last thirty days, from its end on', async () => {
    const lee = await rich('lee');
    await buy(lee, 'indie');
    await passDays(lee, 334);
    expect(await buy(lee, 'indie')).toMatchObject({ charged: 0 });
    await passDays(lee, 2);
    const prolonged = await buy(lee, 'indie');
    expect(prolonged).toMatchObject({ charged: 9_000, tier_sequence: 2 });
    expect(daysTo(prolonged.tier_until)).toBe(365 + 29);
  });

  it('is paid once under concurrent requests', async () => {
    const max = await rich('max');
    const answers = await Promise.all(Array.from({ length: 20 }, () => buy(max, 'indie')));
    expect(answers.map(({ charged }) => charged).sort()).toEqual([...Array<number>(19).fill(0), 9_000]);
    const mixed = await Promise.allSettled([...Array(10).keys()].map((n) => buy(max, n % 2 ? 'studio' : 'partner')));
    const refused = mixed.flatMap((each) => (each.status === 'rejected' ? [codeOf(each.reason)] : []));
    expect(new Set(refused.filter((code) => !['tier_running', 'insufficient_credits'].includes(code)))).toEqual(new Set());
    const [paid] = await harness.query(
      `select sum(-e.amount)::int as n from ledger_entry e join wallet w using (account_id) join ledger_transaction t on t.id = e.transaction_id
        where w.user_id = 'imp_u_max' and t.kind = 'tier'`,
    );
    expect(await balance(max)).toBe(100_500 - Number(paid!['n']));
    expect(await violations(harness)).toEqual([]);
  });

  it('belongs to a user of one tenant', async () => {
    const elsewhere = asUser('ada', { tenant: 'imp_t_other' });
    await expect(buy(elsewhere, 'studio')).rejects.toMatchObject({ body: { code: 'insufficient_credits' } });
    await expect(buy(asService('panel'), 'indie')).rejects.toMatchObject({ body: { code: 'unauthenticated' } });
    await expect(harness.call(billing.buyTier, elsewhere, { tier: 'indie', price: -1 })).rejects.toMatchObject({
      body: { detail: [{ loc: ['price'] }] },
    });
  });
});

describe('an assigned tier', () => {
  it('costs nothing, names who assigned it, and lasts as long as they say', async () => {
    const sam = asUser('sam');
    const given = await harness.call(billing.assignTier, administrator(), {
      tenant_id: 'default',
      user_id: sam.user,
      tier: 'partner',
      price: 79_000,
    });
    expect(given).toMatchObject({ tier: 'partner', tier_until: null, comped_by: 'imp_u_root', tier_sequence: 1 });
    await expect(buy(sam, 'studio')).rejects.toMatchObject({ body: { code: 'tier_running' } });
    expect(await buy(sam, 'partner')).toMatchObject({ charged: 0, tier_until: null });
    const until = new Date(Date.now() + DAY_MS);
    expect(await promote(harness, sam, { tier: 'studio', price: 29_000, until })).toMatchObject({
      tier_until: until,
      comped_by: 'service:developer-portal',
      tier_sequence: 2,
    });
    expect(await balance(sam)).toBe(500);
  });

  it('is not deducted from the price of an upgrade', async () => {
    const ivy = await rich('ivy');
    await promote(harness, ivy);
    expect(await buy(ivy, 'studio')).toMatchObject({ charged: 29_000, comped_by: null });
  });

  it('can only be assigned by an operator', async () => {
    for (const who of [asUser('ada'), administrator({ tenant: 'imp_t_other' })])
      await expect(
        harness.call(billing.assignTier, who, { tenant_id: 'default', user_id: 'imp_u_ada', tier: 'indie', price: 1 }),
      ).rejects.toMatchObject({
        body: { code: 'forbidden' },
      });
  });
});
