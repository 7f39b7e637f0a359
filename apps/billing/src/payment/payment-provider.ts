import type { Ctx, Database, Log } from '@skep/platform';
import type { BillingConfig } from '../billing.config.js';
import type { CustomerRepository } from './customer.repository.js';
import type { ProviderEvent } from './payment-news.js';
import type { PaymentEntity } from './payment.entity.js';

/** What is to be paid for. */
export interface Order {
  tokens: number;
  price_cents: number;
  save_payment_method: boolean;
}

/** Who pays: a context will do. The provider is waited for until `deadline`, or as long as the configuration says. */
export type Payer = Pick<Ctx, 'tenant' | 'user'> & Partial<Pick<Ctx, 'email' | 'deadline' | 'idempotencyKey'>>;

/** What became of a charge of a saved method. */
export interface Charge {
  /** `requires_action`: the bank wants to hear it from the card's owner, who is not here. */
  status: 'succeeded' | 'requires_action' | 'declined';
  /** null where there was nothing to charge. */
  payment_id: string | null;
  /** With it the owner can make the payment himself after `requires_action`. */
  client_secret: string | null;
  /** Of a charge that was declined, why: `no_payment_method`, or what the provider calls it. */
  reason: string | null;
}

/** More about a charge: another method than the default one, and what the payment should carry with it. */
export interface ChargeOptions {
  method?: string;
  metadata?: Record<string, string | number>;
}

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

/** The outside party that takes the money. Never asked inside a transaction of ours. All of it @throws Problem `payment_provider_away`, `not_configured`. */
export abstract class PaymentProvider {
  /** Kept with each payment: nobody but who took it can say what became of it. */
  abstract readonly name: 'off' | 'sandbox' | 'stripe';
  abstract readonly publishableKey: string;

  /** For whoever writes something down before the provider is asked. @throws Problem `not_configured` where payments are off */
  mustTakePayments(): void {}

  /** Begins a payment, which the person then makes with the client secret. */
  abstract create(ctx: Ctx, order: Order): Promise<{ id: string; client_secret: string }>;

  /** US cents received for a payment; 0 until it has succeeded. @throws Problem `payment_not_found`, `payment_not_completed`. */
  abstract receivedFor(payer: Payer, payment: Pick<PaymentEntity, 'id' | 'price_cents' | 'currency'>): Promise<number>;

  /**
   * Takes US cents from a saved method while its owner is away, once for a key however often it is tried: the same key is the
   * same payment. After `payment_provider_away` nobody knows whether it was taken: ask again with the same key.
   */
  abstract chargeSaved(payer: Payer, cents: number, key: string, description: string, options?: ChargeOptions): Promise<Charge>;

  /** Begins to save a method, which the person then names with the client secret. */
  abstract setUpMethod(payer: Payer): Promise<{ client_secret: string }>;

  /** The person's saved methods, the newest first; one of them is the default, if there are any. */
  abstract methodsOf(payer: Payer): Promise<SavedMethod[]>;

  /** @throws Problem `payment_method_not_found`, also for a method of somebody else. */
  abstract removeMethod(payer: Payer, id: string): Promise<void>;

  /** @throws Problem `payment_method_not_found`, also for a method of somebody else. */
  abstract makeDefault(payer: Payer, id: string): Promise<void>;

  /** A page of the provider's where the person looks after methods and receipts, and from which it leads back. */
  abstract openPortal(payer: Payer, returnUrl?: string): Promise<{ url: string }>;

  /** Removes the person there, with all of their saved methods. Idempotent. Payments stay, as the provider's books. */
  abstract forget(payer: Payer): Promise<void>;

  /** What the provider has sent by itself. @throws Problem `bad_request` unless the provider has signed these very bytes, just now. */
  abstract readEvent(body: Buffer, signature: string): ProviderEvent;
}

/** Each provider is loaded only where it is used: Stripe's library is large. */
export async function openPaymentProvider(
  config: BillingConfig,
  customers: CustomerRepository,
  db: Database,
  log: Log,
): Promise<PaymentProvider> {
  switch (config.payments) {
    case 'off': {
      const { OffProvider } = await import('./off-provider.js');
      return new OffProvider(customers, log);
    }
    case 'stripe': {
      const { StripeProvider } = await import('./stripe-provider.js');
      return new StripeProvider(config, customers, log);
    }
    default: {
      const { SandboxProvider } = await import('./sandbox-provider.js');
      return new SandboxProvider(db);
    }
  }
}
