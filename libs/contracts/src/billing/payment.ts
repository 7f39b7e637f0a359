import { UserNotFound, UserRef } from '../auth/account.js';
import { Cursor, Empty, LimitOffsetCursor } from '../common.js';
import { list, operation, page } from '../define.js';
import { Bool, Instant, Int, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { BadRequest, NotConfigured, problem } from '../problem.js';
import { HttpUrl } from '../urls.js';
import { PROVIDER_PROBLEMS } from './topup.js';

const METHOD_ID = { description: 'Id of the payment method.', example: 'pm_1Q' };

/** Existing clients reject any other field. */
@Shape('A saved payment method.')
export class PaymentMethod {
  @Text(METHOD_ID) id!: string;
  @Text({ description: 'Type of the method, as the payment provider names it.', example: 'card' }) type!: string;
  @Text({ description: 'Brand of the card; empty for other types.', example: 'visa' }) brand!: string;
  @Text({ description: 'Last four digits; empty when the method has none.', example: '4242' }) last4!: string;
  @Int({ description: 'Month of expiry, 1 to 12; 0 when the method does not expire.', example: 12 }) exp_month!: number;
  @Int({ description: 'Year of expiry; 0 when the method does not expire.', example: 2029 }) exp_year!: number;
  @Bool({ description: 'Whether this method is charged when a request names none.' }) is_default!: boolean;
}

@Shape('Identifies a saved payment method.')
export class PaymentMethodRef {
  @Text({ min: 1, max: 255, description: 'An `id` of `GET /v1/billing/payment-methods`.', example: 'pm_1Q' }) pm_id!: string;
}

@Shape('What a client of the payment provider needs to save a method.')
export class PaymentMethodSetup {
  @Text({ description: 'Secret of the setup, for the client of the payment provider.', example: 'seti_1Q_secret_5b2e' })
  client_secret!: string;
  @Text({ description: 'Public key of the payment provider, for its client; empty without Stripe.', example: 'pk_test_5b2e' })
  publishable_key!: string;
}

@Shape('A removed payment method.')
export class PaymentMethodRemoved {
  @Text(METHOD_ID) id!: string;
  @Bool({ description: 'Always true.' }) removed!: boolean;
}

@Shape('The new default payment method.')
export class PaymentMethodPreferred {
  @Text(METHOD_ID) id!: string;
  @Bool({ description: 'Always true.' }) is_default!: boolean;
}

@Shape('How to open the portal of the payment provider.')
export class OpenBillingPortal {
  @Optional()
  @HttpUrl({ min: 1, description: 'Where the portal returns to: an http or https URL.', example: 'https://example.com/billing' })
  return_url?: string;
}

@Shape('A page of the payment provider.')
export class BillingPortal {
  @Text({ description: 'URL of the page, valid for a short time.', example: 'https://billing.stripe.com/p/session/test_5b2e' })
  url!: string;
}

export const PAYMENT_STATES = ['pending', 'succeeded', 'canceled', 'disputed', 'partially_refunded', 'refunded'] as const;
export const PAYMENT_KINDS = ['topup', 'auto_topup', 'subscription'] as const;

/** Existing clients reject any other field. */
@Shape('A payment.')
export class PaymentRecord {
  @Text({ description: 'Id of the payment.', example: 'pi_3Q' }) payment_intent_id!: string;
  @Int({ description: 'Amount in cents.', example: 500 }) amount_cents!: number;
  @Text({ description: 'Currency of the amount.', example: 'usd' }) currency!: string;
  @Int({ description: 'Credits that it bought.', example: 5000 }) tokens!: number;
  @OneOf(PAYMENT_STATES, { description: 'State of the payment.', example: 'succeeded' }) status!: string;
  @OneOf(PAYMENT_KINDS, { description: 'What was paid for.' }) type!: string;
  @Instant({ description: 'When it started.' }) created_at!: Date;
  @Nullable() @Instant({ description: 'When it succeeded; null before that.', example: '2026-06-21T09:30:05Z' }) completed_at!: Date | null;
  @Nullable() @Text({ description: 'URL of the receipt of the payment provider; null without one.' }) receipt_url!: string | null;
}

@Shape('Whose payments to list, and which.')
export class PaymentsOf extends UserRef {
  @Int({ min: 1, max: 200, description: 'Maximum number of rows.' }) limit: number = 50;
  @Int({ min: 0, max: 1_000_000, description: 'Rows to skip.' }) offset: number = 0;
  @Cursor() cursor?: string;
}

@Shape('A request of Stripe to the webhook, unchanged.')
export class StripeDelivery {
  @Text({
    max: 2_000,
    description: 'The signature of the body, made with the secret of the webhook.',
    example: 't=1767225600,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd',
  })
  signature!: string;
  @Text({ max: 400_000, description: 'The body in base64: the signature covers its bytes.' }) body!: string;
}

@Shape('The receipt of an event of Stripe.')
export class StripeReceived {
  @Bool({ description: 'Always true.' }) received!: boolean;
}

export const PaymentMethodNotFound = problem('payment_method_not_found', 404, 'Payment method not found.');

export const paymentMembers = {
  listPaymentMethods: operation('List your payment methods', {
    description: 'Returns the methods that you have saved with the payment provider.',
    input: Empty,
    output: list(PaymentMethod),
    problems: [...PROVIDER_PROBLEMS],
    scope: 'billing:read',
    spansCalls: true,
  }),
  setUpPaymentMethod: operation('Start saving a payment method', {
    description: 'Returns a secret with which a client of the payment provider asks for the card and saves it.',
    input: Empty,
    output: PaymentMethodSetup,
    problems: [...PROVIDER_PROBLEMS],
    scope: 'billing:write',
    spansCalls: true,
  }),
  removePaymentMethod: operation('Remove a payment method', {
    description: 'The method can no longer be charged.',
    input: PaymentMethodRef,
    output: PaymentMethodRemoved,
    problems: [PaymentMethodNotFound, ...PROVIDER_PROBLEMS],
    scope: 'billing:write',
    spansCalls: true,
  }),
  setDefaultPaymentMethod: operation('Set the default payment method', {
    description: 'Plans, and top-ups that name no other method, charge this one from now on.',
    input: PaymentMethodRef,
    output: PaymentMethodPreferred,
    problems: [PaymentMethodNotFound, ...PROVIDER_PROBLEMS],
    scope: 'billing:write',
    spansCalls: true,
  }),
  openPortal: operation('Open the billing portal', {
    description: 'Returns a page of the payment provider on which you manage your payment methods and receipts.',
    input: OpenBillingPortal,
    output: BillingPortal,
    problems: [...PROVIDER_PROBLEMS],
    scope: 'billing:write',
    spansCalls: true,
  }),
  listPayments: operation('List your payments', {
    description: 'Returns your top-ups and the payments of your plans, newest first.',
    input: LimitOffsetCursor,
    output: page(PaymentRecord),
    scope: 'billing:read',
  }),
  listPaymentMethodsOf: operation('List the payment methods of a user (services only)', {
    description: 'The same as your payment methods, for any user.',
    input: UserRef,
    output: list(PaymentMethod),
    problems: [UserNotFound, ...PROVIDER_PROBLEMS],
    spansCalls: true,
  }),
  listPaymentsOf: operation('List the payments of a user (services only)', {
    description: 'The same as your payments, for any user.',
    input: PaymentsOf,
    output: page(PaymentRecord),
    problems: [UserNotFound],
  }),

  /** Billing has the secret to verify the request. */
  receiveStripeEvent: operation('Stripe webhook', {
    description:
      'Called by Stripe, which signs the bytes of the body. Repeated events, and events that Skep does not use, get the same answer.',
    input: StripeDelivery,
    output: StripeReceived,
    problems: [BadRequest, NotConfigured],
  }),
};
