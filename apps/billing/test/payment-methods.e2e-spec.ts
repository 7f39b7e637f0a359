import { auth, billing, type PaymentMethod } from '@skep/contracts';
import type { Ctx } from '@skep/platform';
import { nobody, openDoor, person, service, until } from '@skep/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { start } from '../src/main.js';
import { openStripeDoor, type StripeDoor } from './stripe-door.js';

let door: StripeDoor;
const ada = person('ada');
const methods = (ctx: Ctx): Promise<PaymentMethod[]> => door.call(billing.listPaymentMethods, ctx, {});
const away = { body: { code: 'payment_provider_away', status: 503 } };
const unknown = { body: { code: 'payment_method_not_found', status: 404 } };

beforeAll(async () => {
  door = await openStripeDoor();
});
afterEach(() => {
  door.stripe.mood = 'well';
});
afterAll(() => door?.close());

describe('somebody who pays', () => {
  it('has no methods at first, and Stripe is not asked about strangers', async () => {
    expect(await methods(person('new'))).toEqual([]);
    expect(door.stripe.heard).toEqual([]);
  });

  it('saves a card with the client secret, and finds it with the documented keys and no others', async () => {
    const setup = await door.call(billing.setUpPaymentMethod, ada, {});
    expect(setup).toEqual({ client_secret: expect.stringMatching(/^seti_/), publishable_key: 'pk_test_loopback' });
    const id = await door.card(ada);
    expect(await methods(ada)).toEqual([
      { id, type: 'card', brand: 'visa', last4: '4242', exp_month: 4, exp_year: 2044, is_default: true },
    ]);
  });

  it('is one customer of Stripe’s, who is named to it, however often and at once', async () => {
    const carl = person('carl');
    await Promise.allSettled(Array.from({ length: 5 }, () => door.call(billing.setUpPaymentMethod, carl, {})));
    const mine = [...door.stripe.customers.values()].filter(({ metadata }) => metadata['user_id'] === 'imp_u_carl');
    expect(mine).toMatchObject([{ metadata: { tenant_id: 'default' } }]);
  });

  it('is forgotten by Stripe, cards and all, once erased, although Skep was down then and Stripe afterwards', async () => {
    const gone = person('gone');
    await door.card(gone);
    const customers = () => [...door.stripe.customers.values()].filter(({ metadata }) => metadata['user_id'] === gone.user);
    expect(customers()).toHaveLength(1);
    door.stripe.mood = 'broken';
    await door.stop();
    await door.tell(auth.userErased, { tenant_id: gone.tenant, user_id: gone.user });
    await door.restart();
    await until('Stripe is asked', () => door.stripe.heard.some((request) => request.startsWith('DELETE /v1/customers/')), 10_000);
    expect(await door.query('select customer_id from payment_customer where user_id = $1', [gone.user])).toHaveLength(1);
    door.stripe.mood = 'well';
    const known = () => door.query('select from payment_customer where user_id = $1', [gone.user]);
    await until('both have forgotten', async () => !(await known()).length && !customers().length, 10_000);
  });

  it('chooses which card is charged; unless told it is the newest', async () => {
    const bob = person('bob');
    const [first, second] = [await door.card(bob), await door.card(bob)];
    const preferred = async () => (await methods(bob)).filter(({ is_default }) => is_default).map(({ id }) => id);
    expect(await preferred()).toEqual([second]);
    expect(await door.call(billing.setDefaultPaymentMethod, bob, { pm_id: first })).toEqual({ id: first, is_default: true });
    expect(await preferred()).toEqual([first]);
  });

  it('removes a card, once; automatic top-ups that named it take the default one from then on', async () => {
    const eve = person('eve');
    const [first, second] = [await door.card(eve), await door.card(eve)];
    await door.call(billing.updateAutoTopup, eve, { enabled: true, threshold_pct: 10, recharge_tokens: 20_000, payment_method_id: first });
    expect(await door.call(billing.removePaymentMethod, eve, { pm_id: first })).toEqual({ id: first, removed: true });
    expect((await methods(eve)).map(({ id }) => id)).toEqual([second]);
    await expect(door.call(billing.removePaymentMethod, eve, { pm_id: first })).rejects.toMatchObject(unknown);
    expect(await door.call(billing.getAutoTopup, eve, {})).toMatchObject({ enabled: true, payment_method_id: '' });
  });

  it('is led to the provider’s page, and back from it', async () => {
    const { url } = await door.call(billing.openPortal, ada, { return_url: 'https://panel.example/billing' });
    expect(url).toMatch(/^https:\/\/billing\.example\/cus_/);
    await expect(door.call(billing.openPortal, ada, { return_url: 'javascript:alert(1)' })).rejects.toMatchObject({
      body: { status: 422, detail: [{ loc: ['return_url'] }] },
    });
  });

  it('buys with the saved card at once', async () => {
    const fay = person('fay');
    await door.card(fay);
    const order = { tokens: 20_000, price_cents: 2_000, save_payment_method: false, off_session: true };
    const started = await door.call(billing.startTopup, fay, order);
    expect(started).toMatchObject({ succeeded: true, requires_action: false, client_secret: '' });
    expect(await door.balance(fay)).toBe(20_500);
    expect(door.stripe.intents.get(started.payment_intent_id)).toMatchObject({
      amount: 2_000,
      metadata: { tokens: '20000', kind: 'topup' },
    });
  });

  it.each([
    ['0002', 402],
    [undefined, 402],
  ])('is told when the card %s cannot be charged, and gets nothing', async (last4, status) => {
    const gus = person(`gus_${last4}`);
    if (last4) await door.card(gus, last4);
    const order = { tokens: 20_000, price_cents: 2_000, save_payment_method: false, off_session: true };
    await expect(door.call(billing.startTopup, gus, order)).rejects.toMatchObject({ body: { code: 'payment_not_completed', status } });
    expect(await door.balance(gus)).toBe(500);
  });

  it('pays himself where the bank wants to ask him', async () => {
    const hal = person('hal');
    await door.card(hal, '3155');
    const order = { tokens: 20_000, price_cents: 2_000, save_payment_method: false, off_session: true };
    const started = await door.call(billing.startTopup, hal, order);
    expect(started).toMatchObject({ succeeded: false, requires_action: true, client_secret: `${started.payment_intent_id}_secret_1` });
    door.stripe.pay(started.payment_intent_id);
    await door.tellPaid(started.payment_intent_id);
    expect(await door.balance(hal)).toBe(20_500);
  });

  it('charges a card once under one Idempotency-Key though the answer was lost', async () => {
    const ida = person('ida', { idempotencyKey: 'lost' });
    await door.card(ida);
    const order = { tokens: 20_000, price_cents: 2_000, save_payment_method: false, off_session: true };
    door.stripe.moodOf.set('POST /v1/payment_intents', 'hang_up');
    await expect(door.call(billing.startTopup, ida, order)).rejects.toMatchObject(away);
    door.stripe.moodOf.clear();
    await door.card(ida);
    expect(await door.call(billing.startTopup, ida, order)).toMatchObject({ succeeded: true });
    const taken = [...door.stripe.intents.values()].filter(
      ({ metadata, status }) => metadata['user_id'] === 'imp_u_ida' && status === 'succeeded',
    );
    expect(taken).toHaveLength(1);
    expect(await door.balance(ida)).toBe(20_500);
  });
});

describe.each([
  ['another person', person('mallory')],
  ['the same id in another tenant', person('ada', { tenant: 'imp_t_other' })],
])('%s', (_, other) => {
  it('sees, chooses and removes only methods of their own', async () => {
    const mine = await door.card(ada);
    for (const saved of [false, true]) {
      if (saved) await door.card(other);
      expect((await methods(other)).map(({ id }) => id)).not.toContain(mine);
      await expect(door.call(billing.setDefaultPaymentMethod, other, { pm_id: mine })).rejects.toMatchObject(unknown);
      await expect(door.call(billing.removePaymentMethod, other, { pm_id: mine })).rejects.toMatchObject(unknown);
      const settings = { enabled: true, threshold_pct: 10, recharge_tokens: 20_000, payment_method_id: mine };
      await expect(door.call(billing.updateAutoTopup, other, settings)).rejects.toMatchObject(unknown);
    }
    expect((await methods(ada)).map(({ id }) => id)).toContain(mine);
  });
});

it.each(['silent', 'hang_up', 'limited', 'broken', 'garbage', 'html', 'empty', 'denied'] as const)(
  'says that the provider is away while Stripe is %s',
  async (mood) => {
    const known = await door.card(ada);
    door.stripe.mood = mood;
    await expect(methods(ada)).rejects.toMatchObject(away);
    await expect(door.call(billing.removePaymentMethod, ada, { pm_id: known })).rejects.toMatchObject(away);
    await expect(door.call(billing.openPortal, ada, {})).rejects.toMatchObject(away);
    door.stripe.mood = 'well';
  },
);

it('never asks Stripe to do something without an idempotency key', () => {
  expect(door.stripe.keyless).toEqual([]);
});

it('is for somebody: nobody has methods or a portal', async () => {
  for (const operation of [billing.listPaymentMethods, billing.setUpPaymentMethod, billing.openPortal, billing.listPayments])
    await expect(door.call<object, unknown>(operation, nobody(), {})).rejects.toMatchObject({ body: { code: 'unauthenticated' } });
});

it('tells a service the methods of the person it names', async () => {
  const whose = { user_id: 'imp_u_bob', tenant_id: 'default' };
  expect(await door.call(billing.listPaymentMethodsOf, service('panel'), whose)).toHaveLength(2);
  expect(await door.call(billing.listPaymentMethodsOf, service('panel'), { ...whose, tenant_id: 'imp_t_other' })).toEqual([]);
  for (const acting of [ada, person('bob', { tenant: 'imp_t_other' })])
    await expect(door.call(billing.listPaymentMethodsOf, acting, whose)).rejects.toMatchObject({ body: { code: 'user_not_found' } });
});

it('the sandbox does the same with cards that do not exist', async () => {
  const sandbox = await openDoor('billing', start);
  try {
    const call = sandbox.call;
    await call(billing.setUpPaymentMethod, ada, {});
    await call(billing.setUpPaymentMethod, ada, {});
    const cards = await call(billing.listPaymentMethods, ada, {});
    expect(cards.map(({ brand, is_default }) => [brand, is_default])).toEqual([
      ['sandbox', true],
      ['sandbox', false],
    ]);
    await call(billing.setDefaultPaymentMethod, ada, { pm_id: cards[1]!.id });
    expect((await call(billing.listPaymentMethods, ada, {})).map(({ is_default }) => is_default)).toEqual([false, true]);
    await expect(call(billing.removePaymentMethod, person('bob'), { pm_id: cards[0]!.id })).rejects.toMatchObject(unknown);
    await expect(call(billing.setDefaultPaymentMethod, person('bob'), { pm_id: cards[0]!.id })).rejects.toMatchObject(unknown);
    const order = { tokens: 20_000, price_cents: 2_000, save_payment_method: false, off_session: true };
    expect(await call(billing.startTopup, ada, order)).toMatchObject({ succeeded: true });
    await sandbox.query(`update sandbox_card set last4 = '0002'`);
    await expect(call(billing.startTopup, ada, order)).rejects.toMatchObject({ body: { code: 'payment_not_completed' } });
    await sandbox.query(`update sandbox_card set last4 = '3155'`);
    expect(await call(billing.startTopup, ada, order)).toMatchObject({ requires_action: true });
    expect((await call(billing.openPortal, ada, {})).url).toContain('sandbox.invalid');
    expect((await call(billing.getBalance, ada, {})).balance).toBe(20_500);
  } finally {
    await sandbox.close();
  }
});
