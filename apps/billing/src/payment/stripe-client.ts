import type { Problem } from '@skep/contracts';
import { PaymentProviderUnavailable } from '@skep/contracts/billing';
import type { Log } from '@skep/platform';
import { createHash, randomUUID } from 'node:crypto';
import Stripe from 'stripe';
import type { BillingConfig } from '../billing.config.js';
import type { Payer } from './payment-provider.js';

/** Part of the caller's deadline that is kept to answer them after Stripe timed out. */
const RESERVE_MS = 300;
const RETRY_AFTER_S = 2;

/** Calls Stripe within the caller's deadline and maps its errors to problems. It never retries; the caller may. */
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
   * One call. The library's timeout limits the silence on the socket; ours limits the whole call.
   * @param mapError maps an expected error to a result or a problem; every other error becomes `payment_provider_away`
   * @throws Problem `payment_provider_away`, or what mapError returns.
   */
  async request<T>(
    { deadline = Infinity }: Payer,
    call: (options: Stripe.RequestOptions) => Promise<T>,
    mapError = (_: unknown): T | Problem | undefined => undefined,
  ): Promise<T> {
    const ms = Math.max(1, Math.min(this.config.STRIPE_TIMEOUT_MS, deadline - Date.now() - RESERVE_MS));
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no complete response within ${ms} ms`)), ms);
    });
    try {
      return await Promise.race([call({ timeout: ms }), timeout]);
    } catch (error) {
      const mapped = mapError(error);
      if (mapped === undefined) throw this.unavailable(error);
      if (mapped instanceof Error) throw mapped;
      return mapped;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Logs a response that does not fit the request and returns the problem to throw. */
  unexpectedResponse(id: unknown): Problem {
    this.log.error({ object: String(id) }, 'unexpected response from Stripe');
    return PaymentProviderUnavailable(undefined, RETRY_AFTER_S);
  }

  /** Logs only safe fields: an error of the library contains whole responses, including client secrets. */
  private unavailable(error: unknown): Problem {
    const { type, code, statusCode, requestId, message } = error as Partial<Stripe.errors.StripeError>;
    this.log.warn({ type, code, status: statusCode, stripe_request: requestId, reason: message }, 'a call to Stripe failed');
    return PaymentProviderUnavailable(undefined, RETRY_AFTER_S);
  }
}

/** Whether Stripe says that the object does not exist. */
export const isMissing = (error: unknown) => error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing';

/** Stripe's idempotency key for a user's request: derived from the caller's key, random without one. */
export const buildIdempotencyKey = ({ tenant, user }: Payer, key: string | undefined, request: object): string =>
  key
    ? createHash('sha256')
        .update(JSON.stringify([tenant, user, key, request]))
        .digest('hex')
    : randomUUID();
