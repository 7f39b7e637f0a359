import { ConfigError, type Ctx, type Env, type Log } from '@skep/platform';
import type { BillingConfig } from '../billing.module.js';
import type { Payment } from './payment.entity.js';

/** What is to be paid for. */
export interface Order {
  tokens: number;
  price_cents: number;
  save_payment_method: boolean;
}

/** The outside party that takes the money. Never asked inside a transaction of ours. */
export abstract class PaymentProvider {
  /** Kept with each payment: nobody but who took it can say what became of it. */
  abstract readonly name: 'stripe' | 'sandbox';
  abstract readonly publishableKey: string;

  /** Begins a payment, which the person then makes with the client secret. @throws Problem `payment_provider_away`. */
  abstract create(ctx: Ctx, order: Order): Promise<{ id: string; client_secret: string }>;

  /** US cents received for a payment; 0 until it has succeeded. @throws Problem `payment_provider_away`, `payment_not_found`. */
  abstract receivedFor(ctx: Ctx, payment: Payment): Promise<number>;
}

/** @throws ConfigError in production without Stripe, and where one of its two keys is missing. */
export function mustHavePaymentProvider(env: Env): void {
  const secret = Boolean(env['STRIPE_SECRET_KEY']);
  if (!secret && env['NODE_ENV'] === 'production')
    throw new ConfigError('Set STRIPE_SECRET_KEY and STRIPE_PUBLISHABLE_KEY: in production there is no sandbox that takes payments.');
  if (secret !== Boolean(env['STRIPE_PUBLISHABLE_KEY']))
    throw new ConfigError('Set both STRIPE_SECRET_KEY and STRIPE_PUBLISHABLE_KEY, or neither.');
}

/** Stripe where its key is set, else the sandbox. Each is loaded only where it is used: Stripe's library is large. */
export async function openPaymentProvider(config: BillingConfig, log: Log): Promise<PaymentProvider> {
  if (config.STRIPE_SECRET_KEY) {
    const { StripeProvider } = await import('./stripe-provider.js');
    return new StripeProvider(config, log);
  }
  const { SandboxProvider } = await import('./sandbox-provider.js');
  return new SandboxProvider();
}
