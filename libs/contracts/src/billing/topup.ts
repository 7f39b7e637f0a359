import { Empty } from '../common.js';
import { operation } from '../define.js';
import { Bool, Int, List, OneOf, Optional, Shape, Text } from '../fields.js';
import { Forbidden, NotConfigured, problem } from '../problem.js';
import { PlanFeatureMissing } from './plan.js';

const PAYMENT_INTENT = { description: 'Id of the payment.', example: 'pi_3Q' };
const PUBLISHABLE_KEY = {
  description: 'Public key of the payment provider, for its client; empty without Stripe.',
  example: 'pk_test_5b2e',
};

@Shape('Prices and limits of top-ups.')
export class TopupConfig {
  @OneOf(['off', 'sandbox', 'stripe'], {
    description: '`off`: credits cannot be bought. `sandbox`: payments are simulated. `stripe`: payments are real.',
    example: 'stripe',
  })
  payments!: string;
  @Text(PUBLISHABLE_KEY) publishable_key!: string;
  @List('json', { description: 'Suggested amounts; empty when payments are off.', example: [{ tokens: 5000, price_cents: 500 }] })
  tiers!: Record<string, unknown>[];
  @Int({ description: 'Smallest top-up in US cents.', example: 100 }) custom_min_cents!: number;
  @Int({ description: 'Largest top-up in US cents.', example: 100000 }) custom_max_cents!: number;
  @Int({ description: 'Credits per US dollar.', example: 1000 }) token_rate!: number;
}

@Shape('A top-up to start.')
export class StartTopup {
  @Int({ min: 1, max: 1_000_000_000, description: 'Credits to buy.', example: 5000 }) tokens!: number;
  @Int({ min: 1, max: 100_000_000, description: 'Their price in US cents, at the rate of `GET /v1/billing/topup-config`.', example: 500 })
  price_cents!: number;
  @Bool({ description: 'Whether to save the payment method for later.' }) save_payment_method: boolean = false;
  @Optional() @Bool({ description: 'Whether to charge the default saved method now, without the user.' }) off_session?: boolean;
}

@Shape('A started top-up.')
export class TopupStarted {
  @Text({
    description: 'Secret with which a client of the payment provider makes the payment; empty when there is nothing left to do.',
    example: 'pi_3Q_secret_5b2e',
  })
  client_secret!: string;
  @Text(PAYMENT_INTENT) payment_intent_id!: string;
  @Text(PUBLISHABLE_KEY) publishable_key!: string;
  @Bool({ description: 'Whether a saved method has already paid, and the credits are in the wallet.', example: false }) succeeded!: boolean;
  @Bool({ description: 'Whether the bank requires the user to confirm: pay with `client_secret`.', example: false })
  requires_action!: boolean;
  @Optional()
  @Text({
    description: 'The request that completes a simulated payment. Only when payments are `sandbox`.',
    example: 'POST /v1/billing/topup/sandbox/complete',
  })
  complete_with?: string;
}

@Shape('The top-up to confirm.')
export class ConfirmTopup {
  @Text({ min: 1, max: 255, description: '`payment_intent_id` of `POST /v1/billing/topup`.', example: 'pi_3Q' }) payment_intent_id!: string;
}

@Shape('A credited top-up.')
export class TopupConfirmed {
  @Text({ description: 'Always `succeeded`.', example: 'succeeded' }) status!: string;
  @Text(PAYMENT_INTENT) payment_intent_id!: string;
  @Int({ description: 'Credits of this top-up. They are credited once, however often it is confirmed.', example: 5000 }) tokens!: number;
  @Int({ description: 'Balance of the wallet, in credits.', example: 9200 }) balance!: number;
}

export const PaymentNotFound = problem('payment_not_found', 404, 'Payment not found.');
export const PaymentNotCompleted = problem('payment_not_completed', 402, 'The payment is not complete.');
export const PriceMismatch = problem('price_mismatch', 400, 'The price does not match the number of credits.');
export const PaymentProviderUnavailable = problem(
  'payment_provider_away',
  503,
  'The payment provider is temporarily unavailable. Try again soon.',
);

/** Problems of every operation that calls the payment provider. */
export const PROVIDER_PROBLEMS = [PaymentProviderUnavailable, NotConfigured] as const;

export const topupMembers = {
  getTopupConfig: operation('Read the prices of top-ups', {
    description: 'Returns the rate, the smallest and largest top-up, and whether payments are real. Public.',
    input: Empty,
    output: TopupConfig,
    scope: 'billing:read',
  }),
  startTopup: operation('Start a top-up', {
    description:
      'Creates a payment. Complete it with a client of the payment provider and the `client_secret`; the credits arrive once it has succeeded. With `off_session` the saved method pays at once.',
    input: StartTopup,
    output: TopupStarted,
    problems: [PriceMismatch, PaymentNotCompleted, PlanFeatureMissing, ...PROVIDER_PROBLEMS],
    scope: 'billing:write',
    spansCalls: true,
  }),
  confirmTopup: operation('Credit a paid top-up (services only)', {
    description: 'Checks the payment with the provider and credits it. Idempotent.',
    input: ConfirmTopup,
    output: TopupConfirmed,
    problems: [PaymentNotFound, PaymentNotCompleted, ...PROVIDER_PROBLEMS],
    spansCalls: true,
  }),
  completeSandboxTopup: operation('Complete a simulated top-up', {
    description: 'Credits a top-up without a payment. Only when payments are `sandbox`.',
    input: ConfirmTopup,
    output: TopupConfirmed,
    problems: [Forbidden, PaymentNotFound, PaymentNotCompleted, ...PROVIDER_PROBLEMS],
    scope: 'billing:write',
    spansCalls: true,
  }),
};
