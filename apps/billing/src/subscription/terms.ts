import { SubscriptionConflict } from '@skep/contracts/billing';
import type { PlanEntity } from '../plan/plan.entity.js';
import type { PlanChargeEntity } from './plan-charge.entity.js';
import type { SubscriptionEntity } from './subscription.entity.js';

/** The state of a subscription, which decides the allowed actions. */
export type SubscriptionState = 'free' | 'active' | 'ending' | 'past_due' | 'expired' | 'manual';
/** What a user can do with a subscription. */
export type SubscriptionAction = 'change' | 'cancel' | 'resume' | 'renew';

/** The allowed actions by state. Others are a `subscription_conflict`. */
const ALLOWED: Readonly<Record<SubscriptionState, readonly SubscriptionAction[]>> = {
  free: ['change'],
  active: ['change', 'cancel'],
  ending: ['change', 'cancel', 'resume'],
  past_due: ['cancel', 'renew'],
  expired: ['change', 'renew'],
  manual: [],
};
const REFUSALS: Readonly<Record<SubscriptionState, string>> = {
  free: 'You are on the free plan. Subscribe to another plan first.',
  active: 'Your plan is paid and continues. There is nothing to renew or resume.',
  ending: 'Your plan is paid until it ends. Resume it instead.',
  past_due: 'Your plan is not paid. Renew or cancel it first.',
  expired: 'Your plan has expired. Renew it or subscribe to another one.',
  manual: 'Your plan is by contract. Ask the operator to change it.',
};

/** A charge to add. */
export type NewPlanCharge = Pick<PlanChargeEntity, 'kind' | 'plan' | 'cents' | 'tokens'>;
/** What a change of plan does: nothing or a resume, a cancellation, a later downgrade, or a charge now. */
export type PlanChangeDecision =
  { action: 'keep' | 'cancel' } | { action: 'downgrade'; next_plan: string } | { action: 'pay'; charge: NewPlanCharge };

/** How long a process may work on a charge before others consider it abandoned. */
const LEASE_MS = 60_000;
/** Stripe's minimum charge in US dollars; smaller amounts are not charged. */
const CHARGE_MIN_CENTS = 50;

/** The state of a subscription. */
export function stateOf({ status, billing_mode, cancel_at_period_end, next_plan }: SubscriptionEntity): SubscriptionState {
  if (status !== 'active') return status;
  if (billing_mode !== 'card') return billing_mode;
  return cancel_at_period_end || next_plan ? 'ending' : 'active';
}

/** @throws Problem `subscription_conflict` that says what the user can do instead. */
export function assertAllowed(subscription: SubscriptionEntity, action: SubscriptionAction): void {
  const state = stateOf(subscription);
  if (!ALLOWED[state].includes(action)) throw SubscriptionConflict(REFUSALS[state]);
}

/** The subscription, hidden from the renewal job while this process works on its charge. */
export const withLease = (subscription: SubscriptionEntity): SubscriptionEntity => ({
  ...subscription,
  due_at: new Date(Date.now() + LEASE_MS),
});

/** A more expensive plan is charged now, a cheaper one waits for the end of the period, and a free one is a cancellation. */
export function decidePlanChange(subscription: SubscriptionEntity, from: PlanEntity, to: PlanEntity, now: Date): PlanChangeDecision {
  const paying = subscription.billing_mode === 'card';
  if (!paying && to.id === from.id) throw SubscriptionConflict(`You are already on the plan ${to.id}.`);
  if (!paying) return { action: 'pay', charge: buildCharge('subscribe', to) };
  if (to.id === from.id) return { action: 'keep' };
  if (to.price_cents === 0) return { action: 'cancel' };
  if (to.price_cents <= from.price_cents) return { action: 'downgrade', next_plan: to.id };
  return { action: 'pay', charge: buildUpgradeCharge(subscription, from, to, now) };
}

/** A charge of a plan's full price. */
export const buildCharge = (kind: PlanChargeEntity['kind'], { id, price_cents, included_tokens }: PlanEntity): NewPlanCharge => ({
  ...{ kind, plan: id },
  cents: dropSmallAmount(price_cents),
  tokens: included_tokens,
});

/**
 * An upgrade starts a new period now. The unused part of the current period is deducted from both price and credits, so an upgrade in two
 * steps costs and grants the same as in one.
 */
function buildUpgradeCharge({ period_start, period_end }: SubscriptionEntity, from: PlanEntity, to: PlanEntity, now: Date): NewPlanCharge {
  const [start, end] = [Number(period_start), Number(period_end)];
  const unused = Math.min(Math.max(end - now.getTime(), 0), end - start) / (end - start);
  return {
    ...{ kind: 'upgrade', plan: to.id },
    cents: dropSmallAmount(to.price_cents - Math.floor(from.price_cents * unused)),
    tokens: Math.max(0, to.included_tokens - Math.floor(from.included_tokens * unused)),
  };
}
const dropSmallAmount = (cents: number) => (cents < CHARGE_MIN_CENTS ? 0 : cents);

/** The subscription after a paid charge. A renewal within the grace period continues the last period; anything else starts a new one now. */
export function withPaidPeriod(
  subscription: SubscriptionEntity,
  { kind, plan }: NewPlanCharge,
  now: Date,
  graceMs: number,
): SubscriptionEntity {
  const { anchor, period_end, started_at } = subscription;
  const continues = kind === 'renewal' && anchor && period_end && now.getTime() - period_end.getTime() <= graceMs;
  const period = continues ? { anchor, period_start: period_end } : { anchor: now, period_start: now };
  const periodEnd = nextPeriodEnd(period.anchor, period.period_start);
  return {
    ...subscription,
    ...{ plan, status: 'active', billing_mode: 'card', ...period, period_end: periodEnd, due_at: periodEnd },
    started_at: plan === subscription.plan ? started_at : period.period_start,
    ...{ cancel_at_period_end: false, next_plan: null, lapsed_plan: null },
  };
}

/** The subscription back on the free plan. The expired plan can be renewed. */
export const toExpired = (subscription: SubscriptionEntity): SubscriptionEntity => ({
  ...subscription,
  ...{ plan: 'free', status: 'expired', billing_mode: 'free', lapsed_plan: subscription.plan, anchor: null, due_at: null },
  ...{ cancel_at_period_end: false, next_plan: null },
});

/** The subscription on a plan by contract, or on the free one, from now on and without end. */
export const onManualPlan = (subscription: SubscriptionEntity, plan: string, now: Date): SubscriptionEntity => ({
  ...subscription,
  ...{ plan, status: 'active', billing_mode: plan === 'free' ? 'free' : 'manual', lapsed_plan: null, anchor: null, due_at: null },
  started_at: plan === subscription.plan ? subscription.started_at : now,
  ...{ period_start: null, period_end: null, cancel_at_period_end: false, next_plan: null },
});

/** The subscription after a cancellation: it ends with its period, or at once if it is past due. */
export const toCancelled = (subscription: SubscriptionEntity): SubscriptionEntity =>
  subscription.status === 'past_due' ? toExpired(subscription) : { ...subscription, cancel_at_period_end: true, next_plan: null };

/** The subscription after a resume: it continues on the same plan. */
export const toResumed = (subscription: SubscriptionEntity): SubscriptionEntity => ({
  ...subscription,
  ...{ cancel_at_period_end: false, next_plan: null },
});

/** The first time after `after` that lies a whole number of months after `anchor`. */
export function nextPeriodEnd(anchor: Date, after: Date): Date {
  const months = (after.getUTCFullYear() - anchor.getUTCFullYear()) * 12 + after.getUTCMonth() - anchor.getUTCMonth();
  const end = addMonths(anchor, Math.max(months, 1));
  return end > after ? end : addMonths(anchor, months + 1);
}

/** The same day and time in a later month (UTC), or its last day if the month is shorter. */
function addMonths(anchor: Date, months: number): Date {
  const at = new Date(anchor);
  at.setUTCMonth(anchor.getUTCMonth() + months, 1);
  const days = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate();
  at.setUTCDate(Math.min(anchor.getUTCDate(), days));
  return at;
}
