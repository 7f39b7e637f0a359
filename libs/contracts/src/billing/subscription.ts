import { UserNotFound, UserRef } from '../auth/account.js';
import { Empty, IDS } from '../common.js';
import { event, operation } from '../define.js';
import { Bool, Instant, Int, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { PaymentNotCompleted, PROVIDER_PROBLEMS } from './topup.js';

const STATUS = {
  description: '`active`; `past_due` (not paid, still in effect) or `expired` (the free plan is in effect).',
  example: 'active',
};

@Shape('The plan of a user over time.')
export class Subscription {
  @Text({ description: 'Id of the plan.', example: 'pro' }) plan!: string;
  @Text(STATUS) status!: string;
  @Nullable() @Instant({ description: 'When the plan started; null on the plan that every user starts with.' }) started_at!: Date | null;
  @Nullable()
  @Instant({ description: 'End of the current or last period; null when the plan has no end.' })
  expires_at!: Date | null;
  @Bool({ description: 'Whether the plan ends with the period.', example: false }) cancel_at_period_end!: boolean;
  @OneOf(['card', 'manual', 'free'], { description: 'How the plan is paid: by saved card, by contract, or not at all.' })
  billing_mode!: string;
  @Bool({ description: 'Whether the saved card pays the next period.', example: true }) card_required!: boolean;
  @Nullable() @Int({ description: 'Amount of the contract in US cents; null without a contract.' }) contract_amount_cents!: number | null;
  @Nullable() @Text({ description: 'Note of the operator about the billing; null without one.' }) billing_note!: string | null;
  @Nullable()
  @Text({ description: 'The plan that starts when this period ends; null when the plan does not change.' })
  next_plan!: string | null;
}

@Shape('The plan to change to.')
export class ChangePlan {
  @Text({ min: 1, max: 64, description: 'An `id` of `GET /v1/billing/plans`.', example: 'pro' }) plan_id!: string;
  @OneOf(['monthly'], { description: 'How often to pay.' }) period: string = 'monthly';
}

@Shape('The result of a change of plan.')
export class PlanChange {
  @OneOf(['subscribe', 'upgrade', 'downgrade', 'cancel', 'keep'], {
    description: 'What happened. `cancel`: change to the free plan; `keep`: a planned change was withdrawn.',
  })
  action!: string;
  @Text({ description: 'The requested plan.', example: 'pro' }) plan!: string;
  @Bool({ description: 'Whether the change is done or scheduled.' }) succeeded!: boolean;
  @Bool({
    description: 'Whether the owner of the card must confirm the payment, with `client_secret`. The plan changes after that.',
    example: false,
  })
  requires_action!: boolean;
  @Nullable()
  @Text({ description: 'Secret with which a client of the payment provider confirms the payment; null when none is needed.' })
  client_secret!: string | null;
  @Nullable()
  @Instant({ description: 'When the change takes effect; null while the payment is not confirmed.', example: '2026-06-21T09:30:00Z' })
  effective_at!: Date | null;
  @Bool({ description: 'Whether the change takes effect later, at `effective_at`.', example: false }) pending!: boolean;
}

@Shape('The state of a subscription after it was cancelled, resumed or renewed.')
export class SubscriptionUpdate {
  @Text(STATUS) status!: string;
  @Text({ description: 'Id of the plan.', example: 'pro' }) plan!: string;
  @Nullable()
  @Instant({ description: 'End of the period; null when the plan has no end.', example: '2026-07-21T09:30:00Z' })
  expires_at!: Date | null;
  @Bool({ description: 'Whether the plan ends with the period.', example: true }) cancel_at_period_end!: boolean;
  @Optional() @Text({ description: 'The payment of a renewal. Only when something was charged.' }) payment_intent_id?: string;
}

const MOVES = ['subscribed', 'upgraded', 'downgrade_planned', 'cancelled', 'resumed', 'renewed', 'past_due', 'expired'] as const;
export type SubscriptionTransition = (typeof MOVES)[number];

@Shape('A subscription has changed.')
export class SubscriptionChanged {
  @Text(IDS.tenant) tenant_id!: string;
  @Text(IDS.user) user_id!: string;
  @OneOf(MOVES, { description: 'What happened.' }) move!: SubscriptionTransition;
  @Text({ description: 'Id of the plan.' }) plan!: string;
  @Text(STATUS) status!: string;
  @Nullable() @Instant({ description: 'End of the period; null when the plan has no end.' }) expires_at!: Date | null;
}

export const PlanNotFound = problem('plan_not_found', 404, 'Plan not found.');
export const PlanNotForSale = problem('plan_not_for_sale', 409, 'This plan is available by contract only.');
export const SubscriptionConflict = problem('subscription_conflict', 409, 'The state of your subscription does not allow this.');

export const subscriptionMembers = {
  getSubscription: operation('Read your subscription', {
    description: 'Returns your plan, its period and how it is paid.',
    input: Empty,
    output: Subscription,
    scope: 'billing:read',
  }),
  getUserSubscription: operation('Read the subscription of a user (services only)', {
    description: 'The same as your subscription, for any user.',
    input: UserRef,
    output: Subscription,
    problems: [UserNotFound],
  }),
  changePlan: operation('Change your plan', {
    description:
      'A more expensive plan starts now and charges the saved card. A cheaper one starts when the period ends. Choosing your current plan withdraws a planned change.',
    input: ChangePlan,
    output: PlanChange,
    problems: [PlanNotFound, PlanNotForSale, SubscriptionConflict, PaymentNotCompleted, ...PROVIDER_PROBLEMS],
    scope: 'billing:write',
    spansCalls: true,
  }),
  cancelSubscription: operation('Cancel your subscription', {
    description: 'The plan stays in effect until the period ends; then the free plan starts.',
    input: Empty,
    output: SubscriptionUpdate,
    problems: [SubscriptionConflict],
    scope: 'billing:write',
  }),
  resumeSubscription: operation('Resume your subscription', {
    description: 'Withdraws a cancellation, or a planned change to a cheaper plan.',
    input: Empty,
    output: SubscriptionUpdate,
    problems: [SubscriptionConflict],
    scope: 'billing:write',
  }),
  renewSubscription: operation('Renew your subscription', {
    description: 'Charges the saved card for a plan that is past due or has expired.',
    input: Empty,
    output: SubscriptionUpdate,
    problems: [SubscriptionConflict, PaymentNotCompleted, ...PROVIDER_PROBLEMS],
    scope: 'billing:write',
    spansCalls: true,
  }),

  subscriptionChanged: event(SubscriptionChanged),
};
