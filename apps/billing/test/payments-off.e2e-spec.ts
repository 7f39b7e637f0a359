import { billing } from '@skep/contracts/billing';
import { type ServiceHarness, startService, asUser, asService, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { start } from '../src/main.js';

const off = { body: { code: 'not_configured', status: 503, detail: expect.stringContaining('SKEP_PAYMENTS') } };
const [ada, cyd, panel] = [asUser('ada'), asUser('cyd'), asService('panel')];
let harness: ServiceHarness;
beforeAll(async () => {
  harness = await startService('billing', start, { env: { SKEP_PAYMENTS: 'sandbox', SKEP_PLAN_RENEWAL_MS: '50', SKEP_PAYMENTS_MS: '50' } });
  await harness.call(billing.setUpPaymentMethod, cyd, {});
  await plan('starter', cyd);
  await harness.query(`insert into payment (id, provider, tenant_id, user_id, tokens, price_cents)
    values ('pi_earlier', 'stripe', 'default', '${ada.user}', 20000, 2000)`);
  await harness.restart({ SKEP_PAYMENTS: 'off' });
});
afterAll(() => harness?.close());

const call: ServiceHarness['call'] = (...args) => harness.call(...args);
const payment = { payment_intent_id: 'pi_earlier' };
const plan = (plan_id: string, who = ada) => call(billing.changePlan, who, { plan_id, period: 'monthly' });
const autoTopup = (enabled: boolean) =>
  call(billing.updateAutoTopup, ada, { enabled, threshold_pct: 10, recharge_tokens: 20_000, payment_method_id: '' });

describe('with payments off', () => {
  it('the top-up configuration says so, and offers nothing to buy', async () => {
    expect(await call(billing.getTopupConfig, ada, {})).toMatchObject({
      payments: 'off',
      publishable_key: '',
      tiers: [],
      token_rate: 1_000,
    });
  });

  it.each([
    ['a top-up', () => call(billing.startTopup, ada, { tokens: 20_000, price_cents: 2_000, save_payment_method: false })],
    [
      'a top-up by a saved card',
      () => call(billing.startTopup, ada, { tokens: 20_000, price_cents: 2_000, save_payment_method: true, off_session: true }),
    ],
    ['confirming a top-up', () => call(billing.confirmTopup, panel, payment)],
    ['completing a sandbox top-up', () => call(billing.completeSandboxTopup, ada, payment)],
    ['saved payment methods', () => call(billing.listPaymentMethods, ada, {})],
    ['saving a payment method', () => call(billing.setUpPaymentMethod, ada, {})],
    ['removing a payment method', () => call(billing.removePaymentMethod, ada, { pm_id: 'pm_1' })],
    ['choosing the default payment method', () => call(billing.setDefaultPaymentMethod, ada, { pm_id: 'pm_1' })],
    ['the portal', () => call(billing.openPortal, ada, {})],
    ['a paid plan', () => plan('pro')],
    ['an automatic top-up', () => autoTopup(true)],
    ['the webhook', () => call(billing.receiveStripeEvent, panel, { signature: 'x', body: 'e30=' })],
  ])('%s is refused as not configured, and the setting is named', async (_, request) => {
    await expect(request()).rejects.toMatchObject(off);
  });

  it('refused requests leave nothing behind', async () => {
    expect(await harness.query('select id from plan_charge where user_id = $1', [ada.user])).toEqual([]);
    expect((await call(billing.getSubscription, ada, {})).plan).toBe('free');
  });

  it('balance, history and a disabled automatic top-up work as usual', async () => {
    expect((await call(billing.getBalance, ada, {})).balance).toBeGreaterThan(0);
    expect((await call(billing.listPayments, ada, { limit: 50, offset: 0 })).rows).toMatchObject([{ payment_intent_id: 'pi_earlier' }]);
    expect(await autoTopup(false)).toMatchObject({ enabled: false });
  });

  it('a paid plan that falls due becomes past due, as with a declined card', async () => {
    await harness.query(
      `update subscription set anchor = '2026-01-01', period_start = '2026-01-01', period_end = now() - interval '1 second', due_at = now()
        where user_id = $1`,
      [cyd.user],
    );
    await waitUntil('the end of the period', async () => (await call(billing.getSubscription, cyd, {})).status === 'past_due');
    await expect(call(billing.renewSubscription, cyd, {})).rejects.toMatchObject(off);
  });
});
