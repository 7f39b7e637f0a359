import { PaymentMethodNotFound, PaymentNotCompleted, PaymentNotFound } from '@skep/contracts/billing';
import type { Ctx, Log } from '@skep/platform';
import Stripe from 'stripe';
import type { BillingConfig } from '../billing.config.js';
import type { CustomerRepository } from './customer.repository.js';
import {
  type ChargeResult,
  type ChargeOptions,
  METHODS_MAX,
  type TopupOrder,
  type Payer,
  PaymentProvider,
  type SavedMethod,
} from './payment-provider.js';
import type { PaymentEntity } from './payment.entity.js';
import { parseStripeEvent } from './stripe-event.js';
import { toChargeResult, findByIdOrFirst } from './stripe-charge.js';
import { isMissing, buildIdempotencyKey, StripeClient } from './stripe-client.js';

const NO_METHOD: ChargeResult = { status: 'declined', payment_id: null, client_secret: null, reason: 'no_payment_method' };

/** Takes payments with Stripe PaymentIntents; cards are stored with Stripe customers. Every unsafe call has an idempotency key. */
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

  async createPayment(ctx: Ctx, { tokens, price_cents, save_payment_method }: TopupOrder) {
    const params: Stripe.PaymentIntentCreateParams = {
      amount: price_cents,
      currency: 'usd',
      customer: await this.getOrCreateCustomer(ctx),
      description: `${tokens} credits`,
      automatic_payment_methods: { enabled: true },
      metadata: { ...ownerMetadata(ctx), kind: 'topup', tokens },
      ...(save_payment_method && { setup_future_usage: 'off_session' }),
    };
    const idempotencyKey = buildIdempotencyKey(ctx, ctx.idempotencyKey, params);
    const { id, client_secret } = await this.stripe.request(ctx, (options) =>
      this.stripe.api.paymentIntents.create(params, { ...options, idempotencyKey }),
    );
    if (typeof id !== 'string' || typeof client_secret !== 'string') throw this.stripe.unexpectedResponse(id);
    return { id, client_secret };
  }

  async getReceivedCents(payer: Payer, { id, currency }: Pick<PaymentEntity, 'id' | 'currency'>) {
    const intent = await this.stripe.request(
      payer,
      (options) => this.stripe.api.paymentIntents.retrieve(id, {}, options),
      (error) => {
        if (error instanceof Stripe.errors.StripeCardError) return PaymentNotCompleted();
        return isMissing(error) ? PaymentNotFound() : undefined;
      },
    );
    if (intent.id !== id || typeof intent.status !== 'string') throw this.stripe.unexpectedResponse(id);
    if (intent.status !== 'succeeded') return 0;
    if (!Number.isSafeInteger(intent.amount_received) || intent.currency !== currency) throw this.stripe.unexpectedResponse(id);
    return intent.amount_received;
  }

  async chargeSaved(payer: Payer, cents: number, key: string, description: string, { method, metadata }: ChargeOptions = {}) {
    const customer = await this.customers.find(this.name, payer);
    const payment_method = method ?? (customer && (await this.listMethods(payer)).find(({ is_default }) => is_default)?.id);
    if (!customer || !payment_method) return NO_METHOD;
    const params: Stripe.PaymentIntentCreateParams = {
      ...{ amount: cents, currency: 'usd', customer, payment_method, description },
      ...{ allowed_payment_method_types: ['card'], off_session: true, confirm: true },
      metadata: { ...metadata, ...ownerMetadata(payer), charge: key },
    };
    const idempotencyKey = buildIdempotencyKey(payer, key, {});
    const charge = await this.stripe.request<ChargeResult | 'undecided' | 'used_key'>(
      payer,
      async (options) => toChargeResult(await this.stripe.api.paymentIntents.create(params, { ...options, idempotencyKey })) ?? 'undecided',
      (error) => {
        if (error instanceof Stripe.errors.StripeIdempotencyError) return 'used_key';
        if (error instanceof Stripe.errors.StripeCardError && error.payment_intent)
          return toChargeResult(error.payment_intent) ?? 'undecided';
        return isMissing(error) ? NO_METHOD : undefined;
      },
    );
    if (charge === 'undecided') throw this.stripe.unexpectedResponse(key);
    return charge === 'used_key' ? this.findEarlierCharge(payer, customer, key) : charge;
  }

  async setUpMethod(payer: Payer) {
    const customer = await this.getOrCreateCustomer(payer);
    const params: Stripe.SetupIntentCreateParams = { customer, allowed_payment_method_types: ['card'], usage: 'off_session' };
    const idempotencyKey = buildIdempotencyKey(payer, payer.idempotencyKey, params);
    const { client_secret } = await this.stripe.request(payer, (options) =>
      this.stripe.api.setupIntents.create(params, { ...options, idempotencyKey }),
    );
    if (typeof client_secret !== 'string') throw this.stripe.unexpectedResponse(customer);
    return { client_secret };
  }

  async listMethods(payer: Payer): Promise<SavedMethod[]> {
    const id = await this.customers.find(this.name, payer);
    if (!id) return [];
    const [{ data }, customer] = await Promise.all([
      this.stripe.request(payer, (options) =>
        this.stripe.api.customers.listPaymentMethods(id, { type: 'card', limit: METHODS_MAX }, options),
      ),
      this.stripe.request(payer, (options) => this.stripe.api.customers.retrieve(id, {}, options)),
    ]);
    if (!Array.isArray(data) || customer.id !== id) throw this.stripe.unexpectedResponse(id);
    const chosen = customer.deleted ? null : customer.invoice_settings?.default_payment_method;
    const preferred = findByIdOrFirst(data, typeof chosen === 'string' ? chosen : chosen?.id)?.id;
    return data.map(({ id, type, card }) => ({
      ...{ id, type, brand: card?.brand ?? '', last4: card?.last4 ?? '', exp_month: card?.exp_month ?? 0, exp_year: card?.exp_year ?? 0 },
      is_default: id === preferred,
    }));
  }

  async removeMethod(payer: Payer, id: string) {
    await this.assertOwnsMethod(payer, id);
    await this.stripe.request(
      payer,
      (options) => this.stripe.api.paymentMethods.detach(id, {}, { ...options, idempotencyKey: buildIdempotencyKey(payer, undefined, {}) }),
      (error) => (isMissing(error) ? PaymentMethodNotFound() : undefined),
    );
  }

  async setDefaultMethod(payer: Payer, id: string) {
    const customer = await this.assertOwnsMethod(payer, id);
    const change = { invoice_settings: { default_payment_method: id } };
    await this.stripe.request(payer, (options) =>
      this.stripe.api.customers.update(customer, change, { ...options, idempotencyKey: buildIdempotencyKey(payer, undefined, {}) }),
    );
  }

  async openPortal(payer: Payer, returnUrl?: string) {
    const params = { customer: await this.getOrCreateCustomer(payer), ...(returnUrl && { return_url: returnUrl }) };
    const { url } = await this.stripe.request(payer, (options) =>
      this.stripe.api.billingPortal.sessions.create(params, { ...options, idempotencyKey: buildIdempotencyKey(payer, undefined, params) }),
    );
    if (typeof url !== 'string') throw this.stripe.unexpectedResponse(params.customer);
    return { url };
  }

  async deleteCustomer(payer: Payer) {
    const customer = await this.customers.find(this.name, payer);
    if (!customer) return;
    await this.stripe.request<unknown>(
      payer,
      (options) => this.stripe.api.customers.del(customer, {}, options),
      (error) => isMissing(error) || undefined,
    );
  }

  parseEvent(body: Buffer, signature: string) {
    return parseStripeEvent(body, signature, this.webhookSecrets);
  }

  /** The user's customer id. Creates the customer on first use, once even under concurrent calls. */
  private async getOrCreateCustomer(payer: Payer): Promise<string> {
    const existing = await this.customers.find(this.name, payer);
    if (existing) return existing;
    const customer = { ...(payer.email && { email: payer.email }), metadata: ownerMetadata(payer) };
    const { id } = await this.stripe.request(payer, (options) =>
      this.stripe.api.customers.create(customer, { ...options, idempotencyKey: buildIdempotencyKey(payer, 'customer', customer) }),
    );
    if (typeof id !== 'string') throw this.stripe.unexpectedResponse(id);
    return this.customers.add(this.name, payer, id);
  }

  /** Returns the user's customer id. @throws Problem `payment_method_not_found` unless the method is saved for this user. */
  private async assertOwnsMethod(payer: Payer, id: string): Promise<string> {
    const customer = await this.customers.find(this.name, payer);
    if (!customer) throw PaymentMethodNotFound();
    const method = await this.stripe.request(
      payer,
      (options) => this.stripe.api.customers.retrievePaymentMethod(customer, id, {}, options),
      (error) => (isMissing(error) ? PaymentMethodNotFound() : undefined),
    );
    if (method.id !== id) throw this.stripe.unexpectedResponse(id);
    return customer;
  }

  /** The result of the earlier charge with this key, which used another card. */
  private async findEarlierCharge(payer: Payer, customer: string, key: string): Promise<ChargeResult> {
    const { data } = await this.stripe.request(payer, (options) => this.stripe.api.paymentIntents.list({ customer, limit: 100 }, options));
    const charge = toChargeResult(data.find(({ metadata }) => metadata['charge'] === key));
    if (!charge) throw this.stripe.unexpectedResponse(key);
    return charge;
  }
}

const ownerMetadata = ({ tenant, user }: Payer) => ({ tenant_id: tenant, user_id: user });
