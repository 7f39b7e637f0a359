import { describe, expect, it } from '@jest/globals';
import type { PlanEntity } from '../plan/plan.entity.js';
import type { SubscriptionEntity } from './subscription.entity.js';
import {
  decidePlanChange,
  nextPeriodEnd,
  assertAllowed,
  withPaidPeriod,
  type SubscriptionState,
  stateOf,
  type SubscriptionAction,
} from './terms.js';

const plan = (id: string, price_cents: number, included_tokens: number) => ({ id, price_cents, included_tokens }) as PlanEntity;
const free = plan('free', 0, 500);
const starter = plan('starter', 900, 15_000);
const pro = plan('pro', 2_900, 50_000);
const at = (day: string) => new Date(`${day}T12:00:00Z`);
const DAY = 86_400_000;

const NONE: SubscriptionEntity = {
  ...{ tenant_id: 'default', user_id: 'imp_u_ada', plan: 'free', status: 'active', billing_mode: 'free', started_at: at('2030-01-01') },
  ...{ anchor: null, period_start: null, period_end: null, cancel_at_period_end: false, next_plan: null, lapsed_plan: null },
  ...{ contract_amount_cents: null, billing_note: null, due_at: null },
};
const subscribed = (to: PlanEntity, now: Date) =>
  withPaidPeriod(NONE, { kind: 'subscribe', plan: to.id, cents: to.price_cents, tokens: to.included_tokens }, now, 7 * DAY);

describe('a state', () => {
  const states: Record<SubscriptionState, SubscriptionEntity> = {
    free: NONE,
    active: subscribed(pro, at('2030-01-01')),
    ending: { ...subscribed(pro, at('2030-01-01')), cancel_at_period_end: true },
    past_due: { ...subscribed(pro, at('2030-01-01')), status: 'past_due' },
    expired: { ...NONE, status: 'expired', lapsed_plan: 'pro' },
    manual: { ...NONE, plan: 'enterprise', billing_mode: 'manual' },
  };
  const allowed: Record<SubscriptionState, SubscriptionAction[]> = {
    ...{ free: ['change'], active: ['change', 'cancel'], ending: ['change', 'cancel', 'resume'] },
    ...{ past_due: ['cancel', 'renew'], expired: ['change', 'renew'], manual: [] },
  };

  it.each(Object.keys(states) as SubscriptionState[])('%s allows its actions, and refuses others with a message', (state) => {
    expect(stateOf(states[state])).toBe(state);
    for (const wish of ['change', 'cancel', 'resume', 'renew'] as const) {
      const ask = () => assertAllowed(states[state], wish);
      if (allowed[state].includes(wish)) expect(ask).not.toThrow();
      else expect(ask).toThrow(/subscription_conflict: [A-Z].*\.$/);
    }
  });
});

describe('a change of plan', () => {
  const now = at('2030-04-16');
  const half = subscribed(starter, at('2030-04-01'));

  it('from the free plan costs the full price and grants all credits', () => {
    expect(decidePlanChange(NONE, free, pro, now)).toEqual({
      action: 'pay',
      charge: { kind: 'subscribe', plan: 'pro', cents: 2_900, tokens: 50_000 },
    });
  });

  it('to a more expensive plan deducts the unused part of both price and credits', () => {
    expect(decidePlanChange(half, starter, pro, now)).toEqual({
      action: 'pay',
      charge: { kind: 'upgrade', plan: 'pro', cents: 2_900 - 450, tokens: 50_000 - 7_500 },
    });
  });

  it('in two steps costs and grants the same as in one', () => {
    expect(decidePlanChange(half, starter, pro, at('2030-04-01'))).toMatchObject({
      charge: { cents: 2_900 - 900, tokens: 50_000 - 15_000 },
    });
  });

  it('deducts nothing for a period that is over', () => {
    expect(decidePlanChange(half, starter, pro, at('2031-01-01'))).toMatchObject({ charge: { cents: 2_900, tokens: 50_000 } });
  });

  it('to a cheaper plan waits, to a free one is a cancellation, and to the current one keeps it', () => {
    const held = subscribed(pro, at('2030-04-01'));
    expect(decidePlanChange(held, pro, starter, now)).toEqual({ action: 'downgrade', next_plan: 'starter' });
    expect(decidePlanChange(held, pro, free, now)).toEqual({ action: 'cancel' });
    expect(decidePlanChange(held, pro, pro, now)).toEqual({ action: 'keep' });
    expect(() => decidePlanChange(NONE, free, free, now)).toThrow('You are already on the plan free.');
  });

  it('is not charged below 50 cents', () => {
    expect(decidePlanChange(half, starter, plan('better', 930, 15_000), at('2030-04-01'))).toMatchObject({ charge: { cents: 0 } });
  });
});

describe('a period', () => {
  it('ends a month later, on the last day of a short month, and on the 31st again after it', () => {
    const ends = [at('2030-01-31')];
    for (let i = 0; i < 4; i++) ends.push(nextPeriodEnd(ends[0]!, ends[i]!));
    expect(ends).toEqual(['2030-01-31', '2030-02-28', '2030-03-31', '2030-04-30', '2030-05-31'].map(at));
    expect(nextPeriodEnd(at('2030-01-31'), at('2030-03-15'))).toEqual(at('2030-03-31'));
    expect(nextPeriodEnd(at('2032-01-30'), at('2032-01-30'))).toEqual(at('2032-02-29'));
  });

  it('starts where the last one ended if it is renewed within the grace period', () => {
    const renewal = { kind: 'renewal', plan: 'pro', cents: 2_900, tokens: 50_000 } as const;
    const held: SubscriptionEntity = { ...subscribed(pro, at('2030-01-31')), status: 'past_due' };
    expect(withPaidPeriod(held, renewal, at('2030-03-03'), 7 * DAY)).toMatchObject({
      ...{ status: 'active', period_start: at('2030-02-28'), period_end: at('2030-03-31'), started_at: at('2030-01-31') },
    });
  });

  it('starts at the renewal if it is renewed later: time without the plan is not charged', () => {
    const renewal = { kind: 'renewal', plan: 'pro', cents: 2_900, tokens: 50_000 } as const;
    const renewed = withPaidPeriod(subscribed(pro, at('2030-01-31')), renewal, at('2030-06-03'), 7 * DAY);
    expect(renewed).toMatchObject({ period_start: at('2030-06-03'), period_end: at('2030-07-03'), anchor: at('2030-06-03') });
  });
});
