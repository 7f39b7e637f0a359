import type { Ctx } from '@skep/platform';
import type { ProviderEvent } from './payment-update.js';
import type { PaymentEntity } from './payment.entity.js';

/** A top-up to create a payment for. */
export interface TopupOrder {
  tokens: number;
  price_cents: number;
  save_payment_method: boolean;
}

/** The paying user, usually a `Ctx`. `deadline` limits the wait for the provider; without one, its configured timeout does. */
export type Payer = Pick<Ctx, 'tenant' | 'user'> & Partial<Pick<Ctx, 'email' | 'deadline' | 'idempotencyKey'>>;

/** The result of charging a saved method. */
export interface ChargeResult {
  /** `requires_action`: the bank requires the card's owner to confirm, who is not present. */
  status: 'succeeded' | 'requires_action' | 'declined';
  /** null if nothing was charged. */
  payment_id: string | null;
  /** Lets the owner confirm the payment after `requires_action`. */
  client_secret: string | null;
  /** Why it did not succeed: `no_payment_method`, or the provider's reason. */
  reason: string | null;
}

/** Options of a charge. */
export interface ChargeOptions {
  /** Instead of the default method. */
  method?: string;
  /** Stored with the payment at the provider. */
  metadata?: Record<string, string | number>;
}

/** The newest saved methods that a user sees: Stripe's page size. */
export const METHODS_MAX = 100;

/** A saved card. */
export interface SavedMethod {
  id: string;
  type: string;
  brand: string;
  last4: string;
  exp_month: number;
  exp_year: number;
  is_default: boolean;
}

/**
 * The external service that takes payments. Never call it inside a transaction.
 * Every method @throws Problem `payment_provider_away`, `not_configured`.
 */
export abstract class PaymentProvider {
  /** Stored with each payment, because only the provider that took it knows its state. */
  abstract readonly name: 'off' | 'sandbox' | 'stripe';
  abstract readonly publishableKey: string;

  /** Call it before writing anything that needs a payment. @throws Problem `not_configured` if payments are off. */
  assertEnabled(): void {}

  /** Creates a payment, which the user then confirms with the client secret. */
  abstract createPayment(ctx: Ctx, order: TopupOrder): Promise<{ id: string; client_secret: string }>;

  /** US cents received for a payment; 0 until it succeeds. @throws Problem `payment_not_found`, `payment_not_completed`. */
  abstract getReceivedCents(payer: Payer, payment: Pick<PaymentEntity, 'id' | 'price_cents' | 'currency'>): Promise<number>;

  /**
   * Charges a saved method without its owner, once per key: the same key is the same payment. After `payment_provider_away` the result is
   * unknown: retry with the same key.
   */
  abstract chargeSaved(payer: Payer, cents: number, key: string, description: string, options?: ChargeOptions): Promise<ChargeResult>;

  /** Starts saving a method, which the user then enters with the client secret. */
  abstract setUpMethod(payer: Payer): Promise<{ client_secret: string }>;

  /** The user's saved methods, newest first. One of them is the default. */
  abstract listMethods(payer: Payer): Promise<SavedMethod[]>;

  /** @throws Problem `payment_method_not_found`, also for another user's method. */
  abstract removeMethod(payer: Payer, id: string): Promise<void>;

  /** @throws Problem `payment_method_not_found`, also for another user's method. */
  abstract setDefaultMethod(payer: Payer, id: string): Promise<void>;

  /** The URL of the provider's page for methods and receipts. The page links back to `returnUrl`. */
  abstract openPortal(payer: Payer, returnUrl?: string): Promise<{ url: string }>;

  /** Deletes the customer at the provider, with all saved methods. Idempotent. The provider keeps its payments. */
  abstract deleteCustomer(payer: Payer): Promise<void>;

  /** Parses a webhook event. @throws Problem `bad_request` unless the provider signed exactly these bytes recently. */
  abstract parseEvent(body: Buffer, signature: string): ProviderEvent;
}
