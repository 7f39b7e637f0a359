import { SubscriptionConflict } from '@skep/contracts';
import type { PlanEntity } from '../plan/plan.entity.js';
import type { PlanChargeEntity } from './plan-charge.entity.js';
import type { SubscriptionEntity } from './subscription.entity.js';

/** Where a subscription stands, as far as it decides what may be asked of it. */
export type State = 'free' | 'active' | 'ending' | 'past_due' | 'expired' | 'manual';
export type Wish = 'change' | 'cancel' | 'resume' | 'renew';

/** The state machine: what may be asked in which state. */
const ALLOWED: Readonly<Record<State, readonly Wish[]>> = {
  free: ['change'],
  active: ['change', 'cancel'],
  ending: ['change', 'cancel', 'resume'],
  past_due: ['cancel', 'renew'],
  expired: ['change', 'renew'],
  manual: [],
};
const REFUSALS: Readonly<Record<State, string>> = {
  free: 'You are on the free plan: take another one first.',
  active: 'Your plan is paid for and goes on: there is nothing to renew or to take back.',
  ending: 'Your plan is paid for until it ends: resume it instead.',
  past_due: 'Your plan is not paid: renew it or cancel it first.',
  expired: 'Your plan has expired: renew it or take another one.',
  manual: 'Your plan is by contract: ask the operator.',
};

export type Charge = Pick<PlanChargeEntity, 'move' | 'plan' | 'cents' | 'tokens'>;
export type Decision = { action: 'keep' | 'cancel' } | { action: 'downgrade'; next_plan: string } | { action: 'pay'; charge: Charge };

/** How long whoever has opened a charge may work on it before others take it for forgotten. */
const LEASE_MS = 60_000;
/** Less than this is not worth a charge, and card networks take none. */
const CHARGE_MIN_CENTS = 50;

export function stateOf({ status, billing_mode, cancel_at_period_end, next_plan }: SubscriptionEntity): State {
  if (status !== 'active') return status;
  if (billing_mode !== 'card') return billing_mode;
  return cancel_at_period_end || next_plan ? 'ending' : 'active';
}

/** @throws Problem `subscription_conflict` with a sentence that says what may be done instead. */
export function mustAllow(subscription: SubscriptionEntity, wish: Wish): void {
  const state = stateOf(subscription);
  if (!ALLOWED[state].includes(wish)) throw SubscriptionConflict(REFUSALS[state]);
}

/** Nobody else looks at it while its charge is worked on. */
export const leased = (subscription: SubscriptionEntity): SubscriptionEntity => ({
  ...subscription,
  due_at: new Date(Date.now() + LEASE_MS),
});

/** What a change of plan is: a dearer plan is paid now, a cheaper one waits for the end of the period, a free one is a cancellation. */
export function decide(subscription: SubscriptionEntity, from: PlanEntity, to: PlanEntity, now: Date): Decision {
  const paying = subscription.billing_mode === 'card';
  if (!paying && to.id === from.id) throw SubscriptionConflict('You are on this plan.');
  if (!paying) return { action: 'pay', charge: chargeFor('subscribe', to) };
  if (to.id === from.id) return { action: 'keep' };
  if (to.price_cents === 0) return { action: 'cancel' };
  if (to.price_cents <= from.price_cents) return { action: 'downgrade', next_plan: to.id };
  return { action: 'pay', charge: upgrade(subscription, from, to, now) };
}

export const chargeFor = (move: PlanChargeEntity['move'], { id, price_cents, included_tokens }: PlanEntity): Charge => ({
  ...{ move, plan: id },
  cents: worthCharging(price_cents),
  tokens: included_tokens,
});

/**
 * A new period of the dearer plan begins now. What is unused of the present one counts, of its price and of its credits alike: so
 * to go up in two steps costs and brings what one step does.
 */
function upgrade({ period_start, period_end }: SubscriptionEntity, from: PlanEntity, to: PlanEntity, now: Date): Charge {
  const [start, end] = [Number(period_start), Number(period_end)];
  const unused = Math.min(Math.max(end - now.getTime(), 0), end - start) / (end - start);
  return {
    ...{ move: 'upgrade', plan: to.id },
    cents: worthCharging(to.price_cents - Math.floor(from.price_cents * unused)),
    tokens: Math.max(0, to.included_tokens - Math.floor(from.included_tokens * unused)),
  };
}
const worthCharging = (cents: number) => (cents < CHARGE_MIN_CENTS ? 0 : cents);

/** The subscription once a charge is paid: a renewal within the grace goes on where the last period ended, all else begins now. */
export function paidFor(subscription: SubscriptionEntity, { move, plan }: Charge, now: Date, graceMs: number): SubscriptionEntity {
  const { anchor, period_end, started_at } = subscription;
  const goesOn = move === 'renewal' && anchor && period_end && now.getTime() - period_end.getTime() <= graceMs;
  const period = goesOn ? { anchor, period_start: period_end } : { anchor: now, period_start: now };
  const next_end = monthAfter(period.anchor, period.period_start);
  return {
    ...subscription,
    ...{ plan, status: 'active', billing_mode: 'card', ...period, period_end: next_end, due_at: next_end },
    started_at: plan === subscription.plan ? started_at : period.period_start,
    ...{ cancel_at_period_end: false, next_plan: null, lapsed_plan: null },
  };
}

/** Back to the free plan; what was paid for can be renewed. */
export const expired = (subscription: SubscriptionEntity): SubscriptionEntity => ({
  ...subscription,
  ...{ plan: 'free', status: 'expired', billing_mode: 'free', lapsed_plan: subscription.plan, anchor: null, due_at: null },
  ...{ cancel_at_period_end: false, next_plan: null },
});

/** It ends when its period does; one that is not paid any more ends at once. */
export const cancelled = (subscription: SubscriptionEntity): SubscriptionEntity =>
  subscription.status === 'past_due' ? expired(subscription) : { ...subscription, cancel_at_period_end: true, next_plan: null };

/** The first of the moments that lie whole months after the anchor and later than `after`. */
export function monthAfter(anchor: Date, after: Date): Date {
  const months = (after.getUTCFullYear() - anchor.getUTCFullYear()) * 12 + after.getUTCMonth() - anchor.getUTCMonth();
  const end = addMonths(anchor, Math.max(months, 1));
  return end > after ? end : addMonths(anchor, months + 1);
}

/** The same day and time of a later month (UTC), or that month's last day. */
function addMonths(anchor: Date, months: number): Date {
  const at = new Date(anchor);
  at.setUTCMonth(anchor.getUTCMonth() + months, 1);
  const days = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate();
  at.setUTCDate(Math.min(anchor.getUTCDate(), days));
  return at;
}
