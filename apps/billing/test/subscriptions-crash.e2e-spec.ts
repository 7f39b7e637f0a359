import { billing } from '@skep/contracts/billing';
import { type AppProcess, type ServiceHarness, startService, asUser, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { StripeServer } from './stripe-server.js';
import type { Customer } from './stripe-objects.js';

/** Emits an event when it has made a payment, before it responds. */
class Stripe extends StripeServer {
  onPayment?: () => void;

  override handle(verb: string, path: string, form: URLSearchParams): object {
    const done = super.handle(verb, path, form);
    if (verb === 'POST' && path === '/v1/payment_intents') this.onPayment?.();
    return done;
  }
}

let stripe: Stripe;
let harness: ServiceHarness;
let service: AppProcess;
let env: Record<string, string>;
const who = (name: string, timeoutMs = 10_000) => asUser(name, { deadline: Date.now() + timeoutMs });
const change = (name: string, more = {}) =>
  harness.call(billing.changePlan, { ...who(name, 3_000), ...more }, { plan_id: 'starter', period: 'monthly' });
const wallet = (name: string) => harness.call(billing.getBalance, who(name), {});
const due = (name: string) => harness.query(`update subscription set due_at = now() where user_id = $1`, [`imp_u_${name}`]);
const paid = () => [...stripe.intents.values()].filter(({ status }) => status === 'succeeded').map(({ amount }) => amount);

/** Saves a card at the provider. */
async function card(name: string): Promise<void> {
  const { id } = stripe.handle('POST', '/v1/customers', new URLSearchParams()) as Customer;
  stripe.addCard(id);
  await harness.query(`insert into payment_customer (provider, tenant_id, user_id, customer_id) values ('stripe', 'default', $1, $2)`, [
    ...[`imp_u_${name}`, id],
  ]);
}

/** Kills the service when the provider has taken the money and has not responded yet. */
function killAtPayment(): Promise<void> {
  return new Promise((resolve) => {
    stripe.onPayment = () => {
      stripe.mode = 'silent';
      delete stripe.onPayment;
      void service.kill('SIGKILL').then(resolve);
    };
  });
}
async function startAgain(): Promise<void> {
  stripe.mode = 'ok';
  service = await harness.infra.startApp('billing', env);
}

beforeAll(async () => {
  stripe = new Stripe('sk_test_1');
  env = {
    ...{ STRIPE_SECRET_KEY: 'sk_test_1', STRIPE_PUBLISHABLE_KEY: 'pk_test_1', STRIPE_API_BASE: await stripe.open() },
    ...{ STRIPE_WEBHOOK_SECRET: 'whsec_test_0123456789', SKEP_PLAN_RENEWAL_MS: '100' },
  };
  harness = await startService('billing');
  service = await harness.infra.startApp('billing', env);
});
afterAll(async () => {
  await harness?.close();
  await stripe?.close();
});

it('a plan whose payment was interrupted by a kill takes effect, paid once and credited once', async () => {
  await card('ada');
  const killed = killAtPayment();
  await Promise.all([killed, change('ada', { idempotencyKey: 'mine' }).catch(() => undefined)]);
  expect(paid()).toEqual([900]);
  await startAgain();
  expect(await wallet('ada')).toMatchObject({ plan: 'free', balance: 500 });
  await due('ada');
  await waitUntil('the plan', async () => (await wallet('ada')).plan === 'starter', 15_000);
  expect(await wallet('ada')).toMatchObject({ balance: 15_500 });
  expect(await change('ada', { idempotencyKey: 'mine' })).toMatchObject({ action: 'keep', succeeded: true });
  expect(paid()).toEqual([900]);
  expect(await harness.query('select * from check_ledger()')).toEqual([]);
});

it('a repeated request after a kill continues the same payment', async () => {
  await card('bob');
  const killed = killAtPayment();
  await Promise.all([killed, change('bob').catch(() => undefined)]);
  await startAgain();
  expect(await change('bob')).toMatchObject({ action: 'subscribe', succeeded: true });
  expect(await wallet('bob')).toMatchObject({ plan: 'starter', balance: 15_500 });
  expect(paid()).toEqual([900, 900]);
});

it('a renewal that was interrupted by a kill happens once', async () => {
  const killed = killAtPayment();
  await harness.query(
    `update subscription set period_start = period_start - interval '40 days', period_end = now() - interval '1 hour', due_at = now()
      where user_id = 'imp_u_bob'`,
  );
  await killed;
  await startAgain();
  await due('bob');
  await waitUntil('the renewal', async () => (await wallet('bob')).balance === 30_500, 15_000);
  expect(paid()).toEqual([900, 900, 900]);
  expect(await harness.query(`select from plan_charge where user_id = 'imp_u_bob' and status = 'paid'`)).toHaveLength(2);
  expect(await harness.query('select * from check_ledger()')).toEqual([]);
});
