import { billing, type SubscriptionChanged } from '@skep/contracts/billing';
import type { Ctx } from '@skep/platform';
import { type ServiceHarness, asAnonymous, startService, asUser, asService, waitUntil } from '@skep/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { start } from '../src/main.js';

let harness: ServiceHarness;
let people = 0;
const events: SubscriptionChanged[] = [];
const newUser = (more?: Partial<Ctx>) => asUser(`sub_${people++}`, more);

const give = (who: Ctx, last4 = '4242') =>
  harness.query('insert into sandbox_card (id, tenant_id, user_id, last4, is_default) values ($1, $2, $3, $4, true)', [
    ...[`pm_${people++}`, who.tenant, who.user, last4],
  ]);
const withCard = async (more?: Partial<Ctx>) => {
  const who = newUser(more);
  await give(who);
  return who;
};
const change = (who: Ctx, plan_id: string) => harness.call(billing.changePlan, who, { plan_id, period: 'monthly' });
const cancel = (who: Ctx) => harness.call(billing.cancelSubscription, who, {});
const resume = (who: Ctx) => harness.call(billing.resumeSubscription, who, {});
const renew = (who: Ctx) => harness.call(billing.renewSubscription, who, {});
const subscription = (who: Ctx) => harness.call(billing.getSubscription, who, {});
const wallet = (who: Ctx) => harness.call(billing.getBalance, who, {});
const charges = (who: Ctx) =>
  harness.query('select kind, plan, cents, tokens, status from plan_charge where user_id = $1 order by created_at', [who.user]);
const moves = (who: Ctx) => events.filter(({ user_id }) => user_id === who.user).map(({ move }) => move);

/** Ends the current period of a subscription, on a day that every month has. */
const endPeriod = (who: Ctx) =>
  harness.query(
    `with ended as (
       select case when extract(day from at) > 28 then date_trunc('month', at) + interval '27 days' else at end as at
         from (select now() - interval '1 hour' as at) hour_ago
     )
     update subscription set anchor = at - interval '1 month', period_start = at - interval '1 month', period_end = at, due_at = at
       from ended where user_id = $1`,
    [who.user],
  );
const endGrace = (who: Ctx) =>
  harness.query(`update subscription set period_end = period_end - interval '8 days', due_at = now() where user_id = $1`, [who.user]);
const refused = (code: string, status: number) => ({ body: { code, status, detail: expect.any(String) } });

beforeAll(async () => {
  harness = await startService('billing', start, { env: { SKEP_PLAN_RENEWAL_MS: '50' } });
  harness.bus.subscribe(billing.subscriptionChanged, (event) => events.push(event));
  await harness.startCopy();
});
afterEach(async () => {
  expect(await harness.query('select * from check_ledger()')).toEqual([]);
});
afterAll(() => harness?.close());

describe('a new user', () => {
  it('is on the free plan, which has no end', async () => {
    const who = newUser();
    expect(await subscription(who)).toEqual({
      ...{ plan: 'free', status: 'active', started_at: expect.any(Date), expires_at: null, cancel_at_period_end: false },
      ...{ billing_mode: 'free', card_required: false, contract_amount_cents: null, billing_note: null, next_plan: null },
    });
  });

  it('subscribes to a plan: the card is charged and the included credits are granted', async () => {
    const who = await withCard();
    expect(await change(who, 'pro')).toEqual({
      ...{ action: 'subscribe', plan: 'pro', succeeded: true, requires_action: false, client_secret: null },
      ...{ effective_at: expect.any(Date), pending: false },
    });
    const { started_at, expires_at, ...rest } = await subscription(who);
    expect(rest).toMatchObject({ plan: 'pro', status: 'active', billing_mode: 'card', card_required: true, cancel_at_period_end: false });
    expect(Number(expires_at) - Number(started_at)).toBeGreaterThan(27 * 86_400_000);
    expect(await wallet(who)).toMatchObject({ balance: 50_500, plan: 'pro', included_tokens: 50_000 });
    expect(await charges(who)).toEqual([{ kind: 'subscribe', plan: 'pro', cents: 2_900, tokens: 50_000, status: 'paid' }]);
    expect((await harness.call(billing.getUsage, who, {})).limits).toMatchObject({ actions: 50_000 });
    await waitUntil('the event', () => moves(who).includes('subscribed'), 10_000);
  });

  it('gets as many of those credits as bought ones as the price would buy, the rest as granted ones', async () => {
    const who = await withCard();
    await change(who, 'pro');
    const [held] = await harness.query('select balance::int, granted::int from wallet where user_id = $1', [who.user]);
    expect(held).toEqual({ balance: 50_500, granted: 500 + 50_000 - 29_000 });
  });

  it('pays once and gets the credits once under concurrent requests', async () => {
    const who = await withCard();
    const results = await Promise.all(Array.from({ length: 20 }, () => change(who, 'starter').catch((error: unknown) => error)));
    expect(results.some((answer) => (answer as { succeeded?: boolean }).succeeded)).toBe(true);
    expect(await charges(who)).toHaveLength(1);
    expect(await wallet(who)).toMatchObject({ balance: 15_500, plan: 'starter' });
    await cancel(who);
    await waitUntil('the events', () => moves(who).includes('cancelled'), 10_000);
    expect(moves(who)).toEqual(['subscribed', 'cancelled']);
  });

  it('gets nothing without a card, or if it is declined', async () => {
    const [none, bad] = [newUser(), newUser()];
    await give(bad, '0002');
    for (const who of [none, bad]) {
      await expect(change(who, 'pro')).rejects.toMatchObject(refused('payment_not_completed', 402));
      expect(await wallet(who)).toMatchObject({ balance: 500, plan: 'free' });
      expect(await subscription(who)).toMatchObject({ plan: 'free', status: 'active', expires_at: null });
    }
    await give(none);
    expect(await change(none, 'pro')).toMatchObject({ succeeded: true });
  });

  it('gets a client secret if the bank requires confirmation, and the plan after it', async () => {
    const who = newUser();
    await give(who, '3155');
    expect(await change(who, 'pro')).toMatchObject({
      ...{ action: 'subscribe', succeeded: false, requires_action: true, client_secret: expect.any(String), effective_at: null },
    });
    expect(await wallet(who)).toMatchObject({ balance: 500, plan: 'free' });
    await expect(change(who, 'starter')).rejects.toMatchObject(refused('subscription_conflict', 409));
    // The sandbox treats the payment as confirmed, but the next check is only due after a minute.
    await harness.query('update subscription set due_at = now() where user_id = $1', [who.user]);
    await waitUntil('the plan', async () => (await wallet(who)).plan === 'pro', 10_000);
    expect(await wallet(who)).toMatchObject({ balance: 50_500 });
  });

  it('gets an error for an unknown plan, one by contract, and the current one', async () => {
    const who = await withCard();
    await expect(change(who, 'gold')).rejects.toMatchObject(refused('plan_not_found', 404));
    await expect(change(who, 'enterprise')).rejects.toMatchObject(refused('plan_not_for_sale', 409));
    await expect(change(who, 'free')).rejects.toMatchObject(refused('subscription_conflict', 409));
    await expect(harness.call(billing.changePlan, who, { plan_id: 'pro', period: 'daily' })).rejects.toMatchObject({
      body: { status: 422, detail: [{ loc: ['period'] }] },
    });
    expect(await charges(who)).toEqual([]);
  });

  it('cannot cancel, resume or renew', async () => {
    for (const ask of [cancel, resume, renew]) await expect(ask(newUser())).rejects.toMatchObject(refused('subscription_conflict', 409));
  });

  it('must be a user', async () => {
    for (const ask of [cancel, resume, renew, (who: Ctx) => change(who, 'pro')])
      await expect(ask(asAnonymous())).rejects.toMatchObject({ body: { code: 'unauthenticated' } });
  });
});

describe('a change', () => {
  it('to a more expensive plan happens at once and deducts the unused price and credits', async () => {
    const who = await withCard();
    await change(who, 'starter');
    expect(await change(who, 'pro')).toMatchObject({ action: 'upgrade', succeeded: true, pending: false });
    const [, upgrade] = await charges(who);
    expect(upgrade).toMatchObject({ kind: 'upgrade', status: 'paid' });
    expect(Number(upgrade?.['cents'])).toBeGreaterThanOrEqual(2_000);
    expect(Number(upgrade?.['cents'])).toBeLessThanOrEqual(2_001);
    expect((await wallet(who)).balance).toBeGreaterThanOrEqual(50_500);
    expect((await wallet(who)).balance).toBeLessThanOrEqual(50_510);
  });

  it('to a cheaper plan happens at the end of the period, at its price', async () => {
    const who = await withCard();
    await change(who, 'pro');
    const { expires_at } = await subscription(who);
    expect(await change(who, 'starter')).toMatchObject({ action: 'downgrade', succeeded: true, pending: true, effective_at: expires_at });
    expect(await subscription(who)).toMatchObject({ plan: 'pro', next_plan: 'starter' });
    await endPeriod(who);
    await waitUntil('the cheaper plan', async () => (await subscription(who)).plan === 'starter', 10_000);
    expect(await wallet(who)).toMatchObject({ balance: 500 + 50_000 + 15_000, plan: 'starter', included_tokens: 15_000 });
    expect((await charges(who)).map(({ cents }) => cents)).toEqual([2_900, 900]);
  });

  it('is undone by choosing the current plan again, or by resuming', async () => {
    const who = await withCard();
    await change(who, 'pro');
    await change(who, 'starter');
    expect(await change(who, 'pro')).toMatchObject({ action: 'keep', succeeded: true, pending: false });
    expect(await subscription(who)).toMatchObject({ next_plan: null });
    expect(await change(who, 'free')).toMatchObject({ action: 'cancel', pending: true });
    expect(await resume(who)).toMatchObject({ plan: 'pro', status: 'active', cancel_at_period_end: false });
    await expect(resume(who)).rejects.toMatchObject(refused('subscription_conflict', 409));
    await waitUntil('the events', () => moves(who).length === 5, 10_000);
    expect(moves(who)).toEqual(['subscribed', 'downgrade_planned', 'resumed', 'cancelled', 'resumed']);
  });
});

describe('the end of a period', () => {
  it('renews the plan: charged once and credited once, with two instances', async () => {
    const who = await withCard();
    await change(who, 'starter');
    const before = (await subscription(who)).expires_at;
    await endPeriod(who);
    await waitUntil('the renewal', async () => (await charges(who)).length === 2, 10_000);
    await waitUntil('its credits', async () => (await wallet(who)).balance === 30_500, 10_000);
    const after = await subscription(who);
    expect(after).toMatchObject({ plan: 'starter', status: 'active' });
    expect(Number(after.expires_at)).toBeGreaterThan(Date.now());
    expect(Number(after.expires_at)).toBeLessThan(Number(before));
    expect(await charges(who)).toEqual([
      { kind: 'subscribe', plan: 'starter', cents: 900, tokens: 15_000, status: 'paid' },
      { kind: 'renewal', plan: 'starter', cents: 900, tokens: 15_000, status: 'paid' },
    ]);
  });

  it('ends a cancelled plan, which costs nothing more and can be renewed', async () => {
    const who = await withCard();
    await change(who, 'starter');
    const { expires_at } = await subscription(who);
    expect(await cancel(who)).toEqual({ status: 'active', plan: 'starter', expires_at, cancel_at_period_end: true });
    await expect(renew(who)).rejects.toMatchObject(refused('subscription_conflict', 409));
    await endPeriod(who);
    await waitUntil('the end', async () => (await subscription(who)).status === 'expired', 10_000);
    expect(await wallet(who)).toMatchObject({ plan: 'free', status: 'expired', balance: 15_500 });
    expect(await subscription(who)).toMatchObject({ plan: 'free', billing_mode: 'free', cancel_at_period_end: false });
    expect(await charges(who)).toHaveLength(1);
    expect(await renew(who)).toEqual({
      ...{ status: 'active', plan: 'starter', expires_at: expect.any(Date), cancel_at_period_end: false },
      payment_intent_id: expect.any(String),
    });
    expect(await wallet(who)).toMatchObject({ plan: 'starter', status: 'active', balance: 30_500 });
  });

  it('keeps an unpaid plan for the grace period, then ends it, unless a card pays in time', async () => {
    const [late, never] = [await withCard(), await withCard()];
    for (const who of [late, never]) {
      await change(who, 'starter');
      await harness.query(`update sandbox_card set last4 = '0002' where user_id = $1`, [who.user]);
      await endPeriod(who);
      await waitUntil('the grace', async () => (await subscription(who)).status === 'past_due', 10_000);
      expect(await wallet(who)).toMatchObject({ plan: 'starter', status: 'past_due', balance: 15_500 });
      await expect(change(who, 'pro')).rejects.toMatchObject(refused('subscription_conflict', 409));
      await expect(renew(who)).rejects.toMatchObject(refused('payment_not_completed', 402));
    }
    await harness.query(`update sandbox_card set last4 = '4242' where user_id = $1`, [late.user]);
    expect(await renew(late)).toMatchObject({ status: 'active', plan: 'starter' });
    expect(await wallet(late)).toMatchObject({ balance: 30_500, status: 'active' });
    await endGrace(never);
    await waitUntil('the end', async () => (await subscription(never)).status === 'expired', 10_000);
    expect(await wallet(never)).toMatchObject({ plan: 'free', balance: 15_500 });
    await waitUntil('the events', () => moves(never).includes('expired'), 10_000);
    expect(moves(never)).toEqual(['subscribed', 'past_due', 'expired']);
  });

  it('is immediate if a past due plan is cancelled', async () => {
    const who = await withCard();
    await change(who, 'starter');
    await harness.query('delete from sandbox_card where user_id = $1', [who.user]);
    await endPeriod(who);
    await waitUntil('the grace', async () => (await subscription(who)).status === 'past_due', 10_000);
    expect(await cancel(who)).toMatchObject({ status: 'expired', plan: 'free', cancel_at_period_end: false });
  });
});

describe('a subscription', () => {
  it('belongs to one user of one tenant', async () => {
    const who = await withCard();
    await change(who, 'pro');
    expect(await subscription(asUser(who.user.replace('imp_u_', ''), { tenant: 'imp_t_other' }))).toMatchObject({ plan: 'free' });
    expect(await subscription(newUser())).toMatchObject({ plan: 'free' });
  });

  it('can be read by a service, with wallet and limits, without opening a wallet', async () => {
    const who = await withCard();
    await change(who, 'pro');
    const ref = { user_id: who.user, tenant_id: 'default' };
    const kernelItself = asService('kernel');
    expect(await harness.call(billing.getUserSubscription, kernelItself, ref)).toEqual(await subscription(who));
    expect(await harness.call(billing.getUserBalance, kernelItself, ref)).toEqual(await wallet(who));
    expect(await harness.call(billing.getUserLimits, kernelItself, ref)).toEqual(await harness.call(billing.getUsage, who, {}));
    const unknown = { user_id: 'imp_u_unknown', tenant_id: 'default' };
    expect(await harness.call(billing.getUserSubscription, kernelItself, unknown)).toMatchObject({ plan: 'free', status: 'active' });
    expect(await harness.call(billing.getUserBalance, kernelItself, unknown)).toMatchObject({ balance: 500, held: 0, plan: 'free' });
    expect(await harness.call(billing.getUserLimits, kernelItself, unknown)).toMatchObject({ plan: 'free', usage: { actions: 0 } });
    expect(await harness.query(`select from wallet where user_id = 'imp_u_unknown'`)).toEqual([]);
    const forAnother = asService('kernel', { tenant: 'default', user: 'imp_u_ada' });
    for (const read of [billing.getUserSubscription, billing.getUserBalance, billing.getUserLimits])
      await expect(harness.call(read as typeof billing.getUserBalance, forAnother, ref)).rejects.toMatchObject({
        body: { code: 'user_not_found' },
      });
  });
});

describe('a profile', () => {
  const profile = { name: 'Ada', company: 'Engines Ltd', vat: 'GB 123', country: 'GB' };

  it('is saved, and replaced as a whole', async () => {
    const who = newUser();
    expect(await harness.call(billing.updateBillingProfile, who, profile)).toEqual({ ...profile, updated_at: expect.any(Date) });
    expect(await harness.call(billing.updateBillingProfile, who, { ...profile, company: '', vat: '' })).toMatchObject({
      company: '',
      vat: '',
    });
    expect(await harness.query('select name, company from billing_profile where user_id = $1', [who.user])).toEqual([
      { name: 'Ada', company: '' },
    ]);
  });

  it('keeps no field that its contract does not declare, such as another user or tenant', async () => {
    const [who, other] = [newUser(), newUser()];
    await harness.call(billing.updateBillingProfile, other, profile);
    const foreign = { name: 'Eve', user_id: other.user, tenant_id: 'second', created_at: new Date(0) };
    await harness.call(billing.updateBillingProfile, who, { ...profile, ...foreign });
    const kept = await harness.query('select user_id, tenant_id, name from billing_profile where user_id = any($1) order by name', [
      [who.user, other.user],
    ]);
    expect(kept).toEqual([
      { user_id: other.user, tenant_id: other.tenant, name: 'Ada' },
      { user_id: who.user, tenant_id: who.tenant, name: 'Eve' },
    ]);
  });

  it.each([
    ['country', { country: 'Germany' }],
    ['country', { country: 'de' }],
    ['vat', { vat: 'x'.repeat(33) }],
    ['name', { name: 'x'.repeat(201) }],
  ])('is refused if %s is invalid: %j', async (field, wrong) => {
    await expect(harness.call(billing.updateBillingProfile, newUser(), { ...profile, ...wrong })).rejects.toMatchObject({
      body: { status: 422, detail: [{ loc: [field] }] },
    });
  });
});

describe('the plans', () => {
  it('have exactly the documented fields', async () => {
    const plans = await harness.call(billing.listPlans, asAnonymous(), {});
    expect(plans.map(({ id }) => id)).toEqual(['free', 'starter', 'pro', 'business', 'enterprise']);
    for (const plan of plans) expect(Object.keys(plan).sort()).toEqual(['features', 'id', 'interval', 'limits', 'name', 'price']);
  });
});
