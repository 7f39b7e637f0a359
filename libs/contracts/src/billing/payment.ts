import { UserNotFound, UserRef } from '../auth/account.js';
import { Empty, LimitOffset } from '../common.js';
import { list, operation } from '../define.js';
import { Bool, Instant, Int, Nullable, OneOf, Optional, Text } from '../fields.js';
import { BadRequest, NotConfigured, problem } from '../problem.js';
import { HttpUrl } from '../urls.js';
import { PROVIDER_PROBLEMS } from './topup.js';

/** A saved card. Clients refuse any other key. */
export class PaymentMethod {
  @Text({ example: 'pm_1Q' }) id!: string;
  @Text({ example: 'card' }) type!: string;
  @Text({ example: 'visa' }) brand!: string;
  @Text({ example: '4242' }) last4!: string;
  @Int({ description: '0 where the method does not expire.' }) exp_month!: number;
  @Int() exp_year!: number;
  @Bool({ description: 'What is charged unless another one is named.' }) is_default!: boolean;
}

export class PaymentMethodRef {
  @Text({ min: 1, max: 255, description: 'Of `GET /v1/billing/payment-methods`.' }) pm_id!: string;
}

export class PaymentMethodSetup {
  @Text({ description: 'With it a client of the payment provider saves the method.' }) client_secret!: string;
  @Text() publishable_key!: string;
}

export class PaymentMethodRemoved {
  @Text() id!: string;
  @Bool() removed!: boolean;
}

export class PaymentMethodPreferred {
  @Text() id!: string;
  @Bool() is_default!: boolean;
}

export class OpenBillingPortal {
  @Optional()
  @HttpUrl({ min: 1, description: 'Where the portal leads back to: an http or https URL.' })
  return_url?: string;
}

export class BillingPortal {
  @Text({ description: 'A page of the payment provider, for a short time.' }) url!: string;
}

export const PAYMENT_STATES = ['pending', 'succeeded', 'canceled', 'disputed', 'partially_refunded', 'refunded'] as const;
export const PAYMENT_KINDS = ['topup', 'auto_topup', 'subscription'] as const;

/** A payment. Clients refuse any other key. */
export class PaymentRecord {
  @Text() payment_intent_id!: string;
  @Int() amount_cents!: number;
  @Text({ example: 'usd' }) currency!: string;
  @Int({ description: 'Credits it bought.' }) tokens!: number;
  @OneOf(PAYMENT_STATES) status!: string;
  @OneOf(PAYMENT_KINDS) type!: string;
  @Instant() created_at!: Date;
  @Nullable() @Instant() completed_at!: Date | null;
  @Nullable() @Text() receipt_url!: string | null;
}

/** Whose payments a service reads. */
export class PaymentsOf extends UserRef {
  @Int({ min: 1, max: 200 }) limit: number = 50;
  @Int({ min: 0, max: 1_000_000 }) offset: number = 0;
}

/** What came to the webhook, as it came. */
export class StripeDelivery {
  @Text({ max: 2_000, description: 'The header `Stripe-Signature`.' }) signature!: string;
  @Text({ max: 400_000, description: 'The body in base64: what is signed are its bytes.' }) body!: string;
}

export class StripeReceived {
  @Bool() received!: boolean;
}

export const PaymentMethodNotFound = problem('payment_method_not_found', 404, 'There is no such payment method.');

export const paymentMembers = {
  listPaymentMethods: operation('List your saved payment methods', {
    input: Empty,
    output: list(PaymentMethod),
    problems: [...PROVIDER_PROBLEMS],
    scope: 'billing:read',
    spansCalls: true,
  }),
  setUpPaymentMethod: operation('Begin to save a payment method', {
    input: Empty,
    output: PaymentMethodSetup,
    problems: [...PROVIDER_PROBLEMS],
    scope: 'billing:write',
    spansCalls: true,
  }),
  removePaymentMethod: operation('Remove a saved payment method', {
    input: PaymentMethodRef,
    output: PaymentMethodRemoved,
    problems: [PaymentMethodNotFound, ...PROVIDER_PROBLEMS],
    scope: 'billing:write',
    spansCalls: true,
  }),
  setDefaultPaymentMethod: operation('Choose the payment method that is charged', {
    input: PaymentMethodRef,
    output: PaymentMethodPreferred,
    problems: [PaymentMethodNotFound, ...PROVIDER_PROBLEMS],
    scope: 'billing:write',
    spansCalls: true,
  }),
  openPortal: operation("Open the payment provider's page of your methods and receipts", {
    input: OpenBillingPortal,
    output: BillingPortal,
    problems: [...PROVIDER_PROBLEMS],
    scope: 'billing:write',
    spansCalls: true,
  }),
  listPayments: operation('List your payments', { input: LimitOffset, output: list(PaymentRecord), scope: 'billing:read' }),
  listPaymentMethodsOf: operation("List somebody's payment methods (services only)", {
    input: UserRef,
    output: list(PaymentMethod),
    problems: [UserNotFound, ...PROVIDER_PROBLEMS],
    spansCalls: true,
  }),
  listPaymentsOf: operation("List somebody's payments (services only)", {
    input: PaymentsOf,
    output: list(PaymentRecord),
    problems: [UserNotFound],
  }),

  /** Internal: what the gateway's webhook was sent, which only the service with the secret can tell from a forgery. */
  receiveStripeEvent: operation('Take what Stripe tells', {
    input: StripeDelivery,
    output: StripeReceived,
    problems: [BadRequest, NotConfigured],
  }),
};
