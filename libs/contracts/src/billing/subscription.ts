import { UserNotFound, UserRef } from '../auth/account.js';
import { Empty } from '../common.js';
import { event, operation } from '../define.js';
import { Bool, Instant, Int, Nullable, OneOf, Optional, Text } from '../fields.js';
import { problem } from '../problem.js';
import { PaymentNotCompleted, PROVIDER_PROBLEMS } from './topup.js';

/** What plan somebody has, and until when it is paid for. */
export class Subscription {
  @Text() plan!: string;
  @Text({ example: 'active', description: 'active, past_due (not paid, and still in effect) or expired (back on the free plan).' })
  status!: string;
  @Nullable() @Instant() started_at!: Date | null;
  @Nullable()
  @Instant({ description: 'The end of the period, present or last; null for a plan that does not end.' })
  expires_at!: Date | null;
  @Bool() cancel_at_period_end!: boolean;
  @OneOf(['card', 'manual', 'free']) billing_mode!: string;
  @Bool({ description: 'The next period is paid by the saved card.' }) card_required!: boolean;
  @Nullable() @Int({ description: 'What a contract says; null without one.' }) contract_amount_cents!: number | null;
  @Nullable() @Text() billing_note!: string | null;
  @Nullable() @Text({ description: 'The plan that begins when this period ends, where it is another one.' }) next_plan!: string | null;
}

export class ChangePlan {
  @Text({ min: 1, max: 64, example: 'pro' }) plan_id!: string;
  @OneOf(['monthly']) period: string = 'monthly';
}

/** What has become of a change of plan. */
export class PlanChange {
  @OneOf(['subscribe', 'upgrade', 'downgrade', 'cancel', 'keep']) action!: string;
  @Text({ description: 'The plan that was asked for.' }) plan!: string;
  @Bool() succeeded!: boolean;
  @Bool({ description: 'The card’s owner must confirm the payment with the client secret; the plan follows by itself.' })
  requires_action!: boolean;
  @Nullable() @Text() client_secret!: string | null;
  @Nullable() @Instant() effective_at!: Date | null;
  @Bool({ description: 'It takes effect later, at `effective_at`.' }) pending!: boolean;
}

/** A subscription after it was cancelled, resumed or renewed. */
export class SubscriptionUpdate {
  @Text() status!: string;
  @Text() plan!: string;
  @Nullable() @Instant() expires_at!: Date | null;
  @Bool() cancel_at_period_end!: boolean;
  @Optional() @Text() payment_intent_id?: string;
}

const MOVES = ['subscribed', 'upgraded', 'downgrade_planned', 'cancelled', 'resumed', 'renewed', 'past_due', 'expired'] as const;
export type SubscriptionTransition = (typeof MOVES)[number];

export class SubscriptionChanged {
  @Text() tenant_id!: string;
  @Text() user_id!: string;
  @OneOf(MOVES) move!: SubscriptionTransition;
  @Text() plan!: string;
  @Text() status!: string;
  @Nullable() @Instant() expires_at!: Date | null;
}

export const PlanNotFound = problem('plan_not_found', 404, 'There is no such plan.');
export const PlanNotForSale = problem('plan_not_for_sale', 409, 'This plan is by contract.');
export const SubscriptionConflict = problem('subscription_conflict', 409, 'Your subscription does not allow this now.');

export const subscriptionMembers = {
  getSubscription: operation('Read your subscription', { input: Empty, output: Subscription, scope: 'billing:read' }),
  getUserSubscription: operation('Read somebody’s subscription (services only)', {
    input: UserRef,
    output: Subscription,
    problems: [UserNotFound],
  }),
  changePlan: operation('Take another plan: a dearer one now, a cheaper one when the period ends', {
    input: ChangePlan,
    output: PlanChange,
    problems: [PlanNotFound, PlanNotForSale, SubscriptionConflict, PaymentNotCompleted, ...PROVIDER_PROBLEMS],
    scope: 'billing:write',
    spansCalls: true,
  }),
  cancelSubscription: operation('End your plan when the period ends', {
    input: Empty,
    output: SubscriptionUpdate,
    problems: [SubscriptionConflict],
    scope: 'billing:write',
  }),
  resumeSubscription: operation('Take back what was to happen when the period ends', {
    input: Empty,
    output: SubscriptionUpdate,
    problems: [SubscriptionConflict],
    scope: 'billing:write',
  }),
  renewSubscription: operation('Pay for a plan that has expired, or is past due, with the saved card', {
    input: Empty,
    output: SubscriptionUpdate,
    problems: [SubscriptionConflict, PaymentNotCompleted, ...PROVIDER_PROBLEMS],
    scope: 'billing:write',
    spansCalls: true,
  }),

  subscriptionChanged: event(SubscriptionChanged),
};
