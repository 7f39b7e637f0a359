import { PaymentMethodNotFound, PaymentNotCompleted, PaymentNotFound } from '@skep/contracts';
import type { Ctx, Log } from '@skep/platform';
import Stripe from 'stripe';
import type { BillingConfig } from '../billing.config.js';
import type { CustomerRepository } from './customer.repository.js';
import { type Charge, type ChargeOptions, type Order, type Payer, PaymentProvider, type SavedMethod } from './payment-provider.js';
import type { PaymentEntity } from './payment.entity.js';
import { readStripeEvent } from './stripe-event.js';
import { chargeOf, newestBy } from './stripe-charge.js';
import { isMissing, keyOf, StripeClient } from './stripe-client.js';

const NO_METHOD: Charge = { status: 'declined', payment_id: null, client_secret: null, reason: 'no_payment_method' };
/** More methods than anybody keeps. */
const METHODS_MAX = 100;

/** Takes payments through Stripe's PaymentIntents, and keeps cards with Stripe's customers. Every unsafe call has an idempotency key. */
export class StripeProvider extends PaymentProvider {
  readonly name = 'stripe';
  readonly publishableKey: string;
  private readonly stripe: StripeClient;
  private readonly webhookSecrets: string[];

  constructor(
    config: BillingConfig,
    private readonly customers: CustomerRepository,
    log: Log,
  ) {
    super();
    this.publishableKey = config.STRIPE_PUBLISHABLE_KEY ?? '';
    this.stripe = new StripeClient(config, log);
    this.webhookSecrets = config.STRIPE_WEBHOOK_SECRET;
  }

  async create(ctx: Ctx, { tokens, price_cents, save_payment_method }: Order) {
    const order: Stripe.PaymentIntentCreateParams = {
      amount: price_cents,
      currency: 'usd',
      customer: await this.customerOf(ctx),
      description: `${tokens} credits`,
      automatic_payment_methods: { enabled: true },
      metadata: { ...ownerOf(ctx), kind: 'topup', tokens },
      ...(save_payment_method && { setup_future_usage: 'off_session' }),
    };
    const idempotencyKey = keyOf(ctx, ctx.idempotencyKey, order);
    const { id, client_secret } = await this.stripe.ask(ctx, (options) =>
      this.stripe.api.paymentIntents.create(order, { ...options, idempotencyKey }),
    );
    if (typeof id !== 'string' || typeof client_secret !== 'string') throw this.stripe.nonsense(id);
    return { id, client_secret };
  }

  async receivedFor(payer: Payer, { id, currency }: Pick<PaymentEntity, 'id' | 'currency'>) {
    const intent = await this.stripe.ask(
      payer,
      (options) => this.stripe.api.paymentIntents.retrieve(id, {}, options),
      (error) => {
        if (error instanceof Stripe.errors.StripeCardError) return PaymentNotCompleted();
        return isMissing(error) ? PaymentNotFound() : undefined;
      },
    );
    if (intent.id !== id || typeof intent.status !== 'string') throw this.stripe.nonsense(id);
    if (intent.status !== 'succeeded') return 0;
    if (!Number.isSafeInteger(intent.amount_received) || intent.currency !== currency) throw this.stripe.nonsense(id);
    return intent.amount_received;
  }

  async chargeSaved(payer: Payer, cents: number, key: string, description: string, { method, metadata }: ChargeOptions = {}) {
    const customer = await this.customers.find(this.name, payer);
    const payment_method = method ?? (customer && (await this.methodsOf(payer)).find(({ is_default }) => is_default)?.id);
    if (!customer || !payment_method) return NO_METHOD;
    const order: Stripe.PaymentIntentCreateParams = {
      ...{ amount: cents, currency: 'usd', customer, payment_method, description },
      ...{ allowed_payment_method_types: ['card'], off_session: true, confirm: true },
      metadata: { ...metadata, ...ownerOf(payer), charge: key },
    };
    const idempotencyKey = keyOf(payer, key, {});
    const charge = await this.stripe.ask<Charge | 'unpaid' | 'other'>(
      payer,
      async (options) => chargeOf(await this.stripe.api.paymentIntents.create(order, { ...options, idempotencyKey })) ?? 'unpaid',
      (error) => {
        if (error instanceof Stripe.errors.StripeIdempotencyError) return 'other';
        if (error instanceof Stripe.errors.StripeCardError && error.payment_intent) return chargeOf(error.payment_intent) ?? 'unpaid';
        return isMissing(error) ? NO_METHOD : undefined;
      },
    );
    if (charge === 'unpaid') throw this.stripe.nonsense(key);
    return charge === 'other' ? this.earlierCharge(payer, customer, key) : charge;
  }

  async setUpMethod(payer: Payer) {
    const customer = await this.customerOf(payer);
    const order: Stripe.SetupIntentCreateParams = { customer, allowed_payment_method_types: ['card'], usage: 'off_session' };
    const idempotencyKey = keyOf(payer, payer.idempotencyKey, order);
    const { client_secret } = await this.stripe.ask(payer, (options) =>
      this.stripe.api.setupIntents.create(order, { ...options, idempotencyKey }),
    );
    if (typeof client_secret !== 'string') throw this.stripe.nonsense(customer);
    return { client_secret };
  }

  async methodsOf(payer: Payer): Promise<SavedMethod[]> {
    const id = await this.customers.find(this.name, payer);
    if (!id) return [];
    const [{ data }, customer] = await Promise.all([
      this.stripe.ask(payer, (options) => this.stripe.api.customers.listPaymentMethods(id, { type: 'card', limit: METHODS_MAX }, options)),
      this.stripe.ask(payer, (options) => this.stripe.api.customers.retrieve(id, {}, options)),
    ]);
    if (!Array.isArray(data) || customer.id !== id) throw this.stripe.nonsense(id);
    const chosen = customer.deleted ? null : customer.invoice_settings?.default_payment_method;
    const preferred = newestBy(data, typeof chosen === 'string' ? chosen : chosen?.id)?.id;
    return data.map(({ id, type, card }) => ({
      ...{ id, type, brand: card?.brand ?? '', last4: card?.last4 ?? '', exp_month: card?.exp_month ?? 0, exp_year: card?.exp_year ?? 0 },
      is_default: id === preferred,
    }));
  }

  async removeMethod(payer: Payer, id: string) {
    await this.mustOwn(payer, id);
    await this.stripe.ask(
      payer,
      (options) => this.stripe.api.paymentMethods.detach(id, {}, { ...options, idempotencyKey: keyOf(payer, undefined, {}) }),
      (error) => (isMissing(error) ? PaymentMethodNotFound() : undefined),
    );
  }

  async makeDefault(payer: Payer, id: string) {
    const customer = await this.mustOwn(payer, id);
    const change = { invoice_settings: { default_payment_method: id } };
    await this.stripe.ask(payer, (options) =>
      this.stripe.api.customers.update(customer, change, { ...options, idempotencyKey: keyOf(payer, undefined, {}) }),
    );
  }

  async openPortal(payer: Payer, returnUrl?: string) {
    const order = { customer: await this.customerOf(payer), ...(returnUrl && { return_url: returnUrl }) };
    const { url } = await this.stripe.ask(payer, (options) =>
      this.stripe.api.billingPortal.sessions.create(order, { ...options, idempotencyKey: keyOf(payer, undefined, order) }),
    );
    if (typeof url !== 'string') throw this.stripe.nonsense(order.customer);
    return { url };
  }

  async forget(payer: Payer) {
    const customer = await this.customers.find(this.name, payer);
    if (!customer) return;
    await this.stripe.ask<unknown>(
      payer,
      (options) => this.stripe.api.customers.del(customer, {}, options),
      (error) => isMissing(error) || undefined,
    );
  }

  readEvent(body: Buffer, signature: string) {
    return readStripeEvent(body, signature, this.webhookSecrets);
  }

  /** The person's customer; the first need makes one, once though many need it at once. */
  private async customerOf(payer: Payer): Promise<string> {
    const known = await this.customers.find(this.name, payer);
    if (known) return known;
    const customer = { ...(payer.email && { email: payer.email }), metadata: ownerOf(payer) };
    const { id } = await this.stripe.ask(payer, (options) =>
      this.stripe.api.customers.create(customer, { ...options, idempotencyKey: keyOf(payer, 'customer', customer) }),
    );
    if (typeof id !== 'string') throw this.stripe.nonsense(id);
    return this.customers.add(this.name, payer, id);
  }

  /** @throws Problem `payment_method_not_found` unless the method is saved for this very person, whose customer is answered. */
  private async mustOwn(payer: Payer, id: string): Promise<string> {
    const customer = await this.customers.find(this.name, payer);
    if (!customer) throw PaymentMethodNotFound();
    const method = await this.stripe.ask(
      payer,
      (options) => this.stripe.api.customers.retrievePaymentMethod(customer, id, {}, options),
      (error) => (isMissing(error) ? PaymentMethodNotFound() : undefined),
    );
    if (method.id !== id) throw this.stripe.nonsense(id);
    return customer;
  }

  /** The key has charged something before, and with another card: what became of that is the answer. */
  private async earlierCharge(payer: Payer, customer: string, key: string): Promise<Charge> {
    const { data } = await this.stripe.ask(payer, (options) => this.stripe.api.paymentIntents.list({ customer, limit: 100 }, options));
    const charge = chargeOf(data.find(({ metadata }) => metadata['charge'] === key));
    if (!charge) throw this.stripe.nonsense(key);
    return charge;
  }
}

const ownerOf = ({ tenant, user }: Payer) => ({ tenant_id: tenant, user_id: user });
