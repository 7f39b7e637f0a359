import { PaymentNotCompleted, PaymentNotFound, PaymentProviderAway, type Problem } from '@skep/contracts';
import type { Ctx, Log } from '@skep/platform';
import { createHash, randomUUID } from 'node:crypto';
import Stripe from 'stripe';
import type { BillingConfig } from '../billing.module.js';
import { type Order, PaymentProvider } from './payment-provider.js';
import type { Payment } from './payment.entity.js';

/** Time to answer the caller after Stripe has used up its own. */
const REST_MS = 300;
const RETRY_AFTER_S = 2;

/** What Stripe means to tell of a payment by an error. */
function unpaid(error: unknown): Problem | undefined {
  if (error instanceof Stripe.errors.StripeCardError) return PaymentNotCompleted();
  if (error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing') return PaymentNotFound();
  return undefined;
}

/**
 * Takes payments through Stripe's PaymentIntents. It does not try again by itself: the caller may, and an order with the
 * same Idempotency-Key is the same PaymentIntent.
 */
export class StripeProvider extends PaymentProvider {
  readonly name = 'stripe';
  readonly publishableKey: string;
  private readonly stripe: Stripe;

  constructor(
    private readonly config: BillingConfig,
    private readonly log: Log,
  ) {
    super();
    this.publishableKey = config.STRIPE_PUBLISHABLE_KEY ?? '';
    const { hostname, port, protocol } = new URL(config.STRIPE_API_BASE);
    this.stripe = new Stripe(config.STRIPE_SECRET_KEY ?? '', {
      host: hostname,
      port: port || undefined,
      protocol: protocol === 'http:' ? 'http' : 'https',
      maxNetworkRetries: 0,
      telemetry: false,
    });
  }

  async create(ctx: Ctx, { tokens, price_cents, save_payment_method }: Order) {
    const order: Stripe.PaymentIntentCreateParams = {
      amount: price_cents,
      currency: 'usd',
      description: `${tokens} credits`,
      automatic_payment_methods: { enabled: true },
      metadata: { tenant_id: ctx.tenant, user_id: ctx.user, tokens },
      ...(save_payment_method && { setup_future_usage: 'off_session' }),
    };
    const idempotencyKey = ctx.idempotencyKey
      ? createHash('sha256')
          .update(JSON.stringify([ctx.tenant, ctx.user, ctx.idempotencyKey, order]))
          .digest('hex')
      : randomUUID();
    const { id, client_secret } = await this.ask(ctx, (options) =>
      this.stripe.paymentIntents.create(order, { ...options, idempotencyKey }),
    );
    if (typeof id !== 'string' || typeof client_secret !== 'string') throw this.nonsense(id);
    return { id, client_secret };
  }

  async receivedFor(ctx: Ctx, { id, currency }: Payment) {
    const intent = await this.ask(ctx, (options) => this.stripe.paymentIntents.retrieve(id, {}, options), unpaid);
    if (intent.id !== id || typeof intent.status !== 'string') throw this.nonsense(id);
    if (intent.status !== 'succeeded') return 0;
    if (!Number.isSafeInteger(intent.amount_received) || intent.currency !== currency) throw this.nonsense(id);
    return intent.amount_received;
  }

  /** One call, within the caller's patience. The library's own time limit is for silence; ours is for all of it. */
  private async ask<T>(
    ctx: Ctx,
    call: (options: Stripe.RequestOptions) => Promise<T>,
    told = (_: unknown): Problem | undefined => undefined,
  ) {
    const ms = Math.max(1, Math.min(this.config.STRIPE_TIMEOUT_MS, ctx.deadline - Date.now() - REST_MS));
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no whole answer within ${ms} ms`)), ms);
    });
    try {
      return await Promise.race([call({ timeout: ms }), tooLong]);
    } catch (error) {
      throw told(error) ?? this.away(error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Only what is safe to log is logged: an error of the library carries whole answers, client secrets included. */
  private away(error: unknown): Problem {
    const { type, code, statusCode, requestId, message } = error as Partial<Stripe.errors.StripeError>;
    this.log.warn({ type, code, status: statusCode, stripe_request: requestId, reason: message }, 'Stripe did not do what it was asked');
    return PaymentProviderAway(undefined, RETRY_AFTER_S);
  }

  private nonsense(id: unknown) {
    this.log.error({ payment: String(id) }, 'Stripe answered something that is no PaymentIntent of this payment');
    return PaymentProviderAway(undefined, RETRY_AFTER_S);
  }
}
