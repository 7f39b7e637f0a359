import { billing } from '@skep/contracts/billing';
import type { Ctx } from '@skep/platform';
import { type ServiceHarness, asAnonymous, startService } from '@skep/testkit';
import { createHmac, randomUUID } from 'node:crypto';
import { start } from '../src/main.js';
import { StripeServer } from './stripe-server.js';

export const KEYS = { STRIPE_SECRET_KEY: 'sk_test_loopback', STRIPE_PUBLISHABLE_KEY: 'pk_test_loopback' };
export const SECRET = 'whsec_loopback';
export const NEW_SECRET = 'whsec_next';

/** The body of a Stripe event. */
export const eventOf = (type: string, object: object, id = `evt_${randomUUID()}`) =>
  JSON.stringify({ id, object: 'event', type, created: Math.floor(Date.now() / 1000), data: { object } });

/** Signs like Stripe: an HMAC over the time and the bytes. https://docs.stripe.com/webhooks#verify-manually */
export function sign(body: string, secret = SECRET, at = Math.floor(Date.now() / 1000)): string {
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`;
}

/** The billing service with its own fake Stripe, and the actions of users and Stripe. */
export interface StripeHarness extends ServiceHarness {
  stripe: StripeServer;
  /** Delivers an event of Stripe. */
  deliver(body: string, signature?: string): Promise<{ received: boolean }>;
  /** Delivers the event of a successful payment. */
  reportPaid(id: string): Promise<{ received: boolean }>;
  balance(ctx: Ctx): Promise<number>;
  /** Saves a card for a user. */
  card(ctx: Ctx, last4?: string): Promise<string>;
  /** Charges a user for a call. */
  spend(ctx: Ctx, credits: number): Promise<void>;
}

/** With `running: false`, the service is not started. */
export async function startBillingWithStripe({
  running = true,
  env = {},
}: { running?: boolean; env?: Record<string, string> } = {}): Promise<StripeHarness> {
  const stripe = new StripeServer(KEYS.STRIPE_SECRET_KEY);
  const base = await stripe.open();
  const all = {
    ...KEYS,
    STRIPE_WEBHOOK_SECRET: `${SECRET},${NEW_SECRET}`,
    STRIPE_API_BASE: base,
    STRIPE_TIMEOUT_MS: '1500',
    SKEP_PAYMENTS_MS: '50',
  };
  const harness = await startService('billing', running ? start : undefined, { env: { ...all, ...env } });
  const deliver = (body: string, signature = sign(body)) =>
    harness.call(billing.receiveStripeEvent, asAnonymous(), { signature, body: Buffer.from(body).toString('base64') });
  let calls = 0;
  return {
    ...harness,
    stripe,
    deliver,
    reportPaid: (id) => deliver(eventOf('payment_intent.succeeded', stripe.intents.get(id)!)),
    balance: async (ctx) => (await harness.call(billing.getBalance, ctx, {})).balance,
    card: async (ctx, last4) => {
      await harness.call(billing.setUpPaymentMethod, ctx, {});
      const [row] = await harness.query(`select customer_id from payment_customer where tenant_id = $1 and user_id = $2`, [
        ctx.tenant,
        ctx.user,
      ]);
      return stripe.addCard(String(row?.['customer_id']), last4);
    },
    spend: async (ctx, credits) => {
      const terms = { app_id: 'notes', function: 'save', base_price: credits, platform_fee: 0, split: 70, developer_id: 'd', ttl_s: 900 };
      const { hold_id } = await harness.call(billing.placeHold, ctx, { ...terms, key: `call-${++calls}` });
      await harness.call(billing.captureHold, ctx, { hold_id });
    },
    close: async () => {
      await harness.close();
      await stripe.close();
    },
  };
}
