import { PaymentProviderUnavailable, type Problem } from '@skep/contracts';
import type { Log } from '@skep/platform';
import { createHash, randomUUID } from 'node:crypto';
import Stripe from 'stripe';
import type { BillingConfig } from '../billing.config.js';
import type { Payer } from './payment-provider.js';

/** Time to answer the caller after Stripe has used up its own. */
const REST_MS = 300;
const RETRY_AFTER_S = 2;

/** Asks Stripe within the caller's timeout, and knows what may be told of a failure. It does not try again by itself: the caller may. */
export class StripeClient {
  readonly api: Stripe;

  constructor(
    private readonly config: BillingConfig,
    private readonly log: Log,
  ) {
    const { hostname, port, protocol } = new URL(config.STRIPE_API_BASE);
    this.api = new Stripe(config.STRIPE_SECRET_KEY ?? '', {
      host: hostname,
      port: port || undefined,
      protocol: protocol === 'http:' ? 'http' : 'https',
      maxNetworkRetries: 0,
      telemetry: false,
    });
  }

  /**
   * One call. The library's own time limit is for silence; ours is for all of it.
   * @param told makes of an error what Stripe means to tell by it; of any other the answer is `payment_provider_away`
   */
  async ask<T>(
    { deadline = Infinity }: Payer,
    call: (options: Stripe.RequestOptions) => Promise<T>,
    told = (_: unknown): T | Problem | undefined => undefined,
  ): Promise<T> {
    const ms = Math.max(1, Math.min(this.config.STRIPE_TIMEOUT_MS, deadline - Date.now() - REST_MS));
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no whole answer within ${ms} ms`)), ms);
    });
    try {
      return await Promise.race([call({ timeout: ms }), tooLong]);
    } catch (error) {
      const meant = told(error);
      if (meant === undefined) throw this.away(error);
      if (meant instanceof Error) throw meant;
      return meant;
    } finally {
      clearTimeout(timer);
    }
  }

  /** What Stripe answered cannot be: nothing is done on the strength of it. */
  nonsense(id: unknown): Problem {
    this.log.error({ object: String(id) }, 'Stripe answered something that is not what it was asked for');
    return PaymentProviderUnavailable(undefined, RETRY_AFTER_S);
  }

  /** Only what is safe to log is logged: an error of the library carries whole answers, client secrets included. */
  private away(error: unknown): Problem {
    const { type, code, statusCode, requestId, message } = error as Partial<Stripe.errors.StripeError>;
    this.log.warn({ type, code, status: statusCode, stripe_request: requestId, reason: message }, 'Stripe did not do what it was asked');
    return PaymentProviderUnavailable(undefined, RETRY_AFTER_S);
  }
}

/** Stripe has no such thing. */
export const isMissing = (error: unknown) => error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing';

/** Under which the same request of the same person is the same to Stripe: without a key of the caller's, no other one. */
export const keyOf = ({ tenant, user }: Payer, key: string | undefined, request: object): string =>
  key
    ? createHash('sha256')
        .update(JSON.stringify([tenant, user, key, request]))
        .digest('hex')
    : randomUUID();
