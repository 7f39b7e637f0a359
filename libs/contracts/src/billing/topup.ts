import { Empty } from '../common.js';
import { operation } from '../define.js';
import { Bool, Int, List, OneOf, Optional, Text } from '../fields.js';
import { Forbidden, NotConfigured, problem } from '../problem.js';

export class TopupConfig {
  @OneOf(['off', 'sandbox', 'stripe'], { description: '`off`: credits cannot be bought here. `sandbox`: payments are not real.' })
  payments!: string;
  @Text() publishable_key!: string;
  @List('json') tiers!: Record<string, unknown>[];
  @Int() custom_min_cents!: number;
  @Int() custom_max_cents!: number;
  @Int({ description: 'Credits a dollar.' }) token_rate!: number;
}

export class StartTopup {
  @Int({ min: 1, max: 1_000_000_000 }) tokens!: number;
  @Int({ min: 1, max: 100_000_000 }) price_cents!: number;
  @Bool() save_payment_method: boolean = false;
  @Optional() @Bool({ description: 'Charge the default saved method now, without the person.' }) off_session?: boolean;
}

export class TopupStarted {
  @Text({ description: 'With it a client of the payment provider makes the payment; empty where nothing is left to do.' })
  client_secret!: string;
  @Text() payment_intent_id!: string;
  @Text() publishable_key!: string;
  @Bool({ description: 'Paid and credited already, by a saved method.' }) succeeded!: boolean;
  @Bool({ description: 'The bank wants to ask the person: pay with the client secret.' }) requires_action!: boolean;
  @Optional()
  @Text({
    description: 'Only where payments are not real: the request that completes this one.',
    example: 'POST /v1/billing/topup/sandbox/complete',
  })
  complete_with?: string;
}

export class ConfirmTopup {
  @Text({ min: 1, max: 255 }) payment_intent_id!: string;
}

export class TopupConfirmed {
  @Text({ example: 'succeeded' }) status!: string;
  @Text() payment_intent_id!: string;
  @Int({ description: 'Credits this top-up has brought in all, however often it is confirmed.' }) tokens!: number;
  @Int() balance!: number;
}

export const PaymentNotFound = problem('payment_not_found', 404, 'There is no such payment.');
export const PaymentNotCompleted = problem('payment_not_completed', 402, 'The payment has not gone through.');
export const PriceMismatch = problem('price_mismatch', 400, 'The price does not fit the number of tokens.');
export const PaymentProviderUnavailable = problem('payment_provider_away', 503, 'The payment provider does not answer. Try again soon.');

/** Of everything that asks the payment provider. */
export const PROVIDER_PROBLEMS = [PaymentProviderUnavailable, NotConfigured] as const;

export const topupMembers = {
  getTopupConfig: operation('Read what top-ups cost', { input: Empty, output: TopupConfig, scope: 'billing:read' }),
  startTopup: operation('Start buying credits', {
    input: StartTopup,
    output: TopupStarted,
    problems: [PriceMismatch, PaymentNotCompleted, ...PROVIDER_PROBLEMS],
    scope: 'billing:write',
    spansCalls: true,
  }),
  confirmTopup: operation('Credit a paid top-up, once (services only)', {
    input: ConfirmTopup,
    output: TopupConfirmed,
    problems: [PaymentNotFound, PaymentNotCompleted, ...PROVIDER_PROBLEMS],
    spansCalls: true,
  }),
  completeSandboxTopup: operation('Complete a top-up without paying, where payments are not real', {
    input: ConfirmTopup,
    output: TopupConfirmed,
    problems: [Forbidden, PaymentNotFound, PaymentNotCompleted, ...PROVIDER_PROBLEMS],
    scope: 'billing:write',
    spansCalls: true,
  }),
};
