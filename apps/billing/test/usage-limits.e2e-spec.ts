import { type AdmitCall, billing } from '@skep/contracts/billing';
import { kernel } from '@skep/contracts/kernel';
import type { Ctx } from '@skep/platform';
import { type ServiceHarness, asAnonymous, startService, asUser, asService, waitUntil } from '@skep/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { start } from '../src/main.js';

let harness: ServiceHarness;
let people = 0;
let keys = 0;
const LIMIT = 500;
const newUser = (more?: Partial<Ctx>) => asUser(`limit_${people++}`, more);
const admit = (who: Ctx, base_price = 0, more: Partial<AdmitCall> = {}) =>
  harness.call(billing.admitCall, who, {
    ...{ key: `k${keys++}`, app_id: 'notes', function: 'save', base_price, platform_fee: 0, split: 0, ttl_s: 900 },
    ...more,
  });
const used = async (who: Ctx) => (await harness.call(billing.getUsage, who, {})).usage['actions'];
const useUp = (who: Ctx, left: number) => track(who, 'actions', LIMIT - left);
const track = (who: Ctx, meter: string, quantity: number, event_id?: string) =>
  harness.call(billing.trackUsage, asService('kernel'), {
    ...{ user_id: who.user, tenant_id: who.tenant, meter, quantity },
    ...(event_id && { event_id }),
  });
/** Admits free calls in one list, as billing does with concurrent ones. Returns their outcomes. */
const admitTogether = async (callers: Ctx[], keyOf: (nth: number) => string) => {
  const free = { base_price: 0, platform_fee: 0 };
  const wanted = callers.map(({ tenant, user }, nth) => ({ tenant_id: tenant, user_id: user, key: keyOf(nth), ...free }));
  const rows = await harness.query('select outcome from admit_calls($1, true) order by ordinal', [JSON.stringify(wanted)]);
  return rows.map(({ outcome }) => outcome);
};
const refused = { body: { code: 'usage_limit_reached', status: 429 } };
const nextMonth = () => {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)).toISOString().replace('.000', '');
};

beforeAll(async () => {
  harness = await startService('billing', start);
  await harness.startCopy();
});
afterEach(async () => {
  expect(await harness.query('select * from check_ledger()')).toEqual([]);
});
afterAll(() => harness?.close());

describe('a call', () => {
  it('is counted before it begins, and refused beyond the plan’s limit with a hint how to continue', async () => {
    const who = newUser();
    expect(await admit(who)).toEqual({ hold_id: null, status: 'held', counted: true });
    await useUp(who, 2);
    await admit(who);
    const refusal = await admit(who).catch((error: unknown) => error);
    expect(refusal).toMatchObject(refused);
    expect((refusal as { body: { detail: string } }).body.detail).toContain(`allows 500 actions a month`);
    expect((refusal as { body: { detail: string } }).body.detail).toContain(`resets at ${nextMonth()}`);
    expect((refusal as { body: { detail: string } }).body.detail).toContain('POST /v1/billing/change-plan');
    expect((refusal as { retryAfter: number }).retryAfter).toBeGreaterThan(0);
    expect(await used(who)).toBe(LIMIT);
    expect((await harness.call(billing.getUsage, who, {})).exceeded).toEqual([]);
  });

  it('is admitted exactly as often as the plan allows, of 200 at once on two instances', async () => {
    const who = newUser();
    await useUp(who, 120);
    const results = await Promise.allSettled(Array.from({ length: 200 }, (_, i) => admit(who, i % 2)));
    for (const outcome of results) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject(refused);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(120);
    expect(await used(who)).toBe(LIMIT);
    const held = results.flatMap((outcome) => (outcome.status === 'fulfilled' && outcome.value.hold_id ? [outcome.value.hold_id] : []));
    expect(await harness.query('select from hold where user_id = $1', [who.user])).toHaveLength(held.length);
    expect((await harness.call(billing.getBalance, who, {})).held).toBe(held.length);
  });

  it('waits for a concurrent call that takes the last one of the plan, and is refused', async () => {
    const who = newUser();
    expect(await used(who)).toBe(0);
    await useUp(who, 1);
    const item = {
      tenant_id: 'default',
      user_id: who.user,
      key: 'last',
      app_id: 'notes',
      function: 'save',
      base_price: 0,
      platform_fee: 0,
    };
    const last = harness.query('select outcome, pg_sleep(1)::text from admit_calls($1, true)', [JSON.stringify([item])]);
    const sleeping = `select 1 as yes from pg_stat_activity where query like '%pg_sleep(1)%' and wait_event = 'PgSleep'`;
    await waitUntil('it', async () => (await harness.query(sleeping)).length, 10_000);
    await expect(admit(who)).rejects.toMatchObject(refused);
    expect(await last).toMatchObject([{ outcome: 'held' }]);
    expect(await used(who)).toBe(LIMIT);
  });

  it('of one user is not refused because another user reached their limit, even in one list', async () => {
    const [full, free] = [newUser(), newUser()];
    await useUp(full, 0);
    const results = await Promise.allSettled(Array.from({ length: 40 }, (_, i) => admit(i % 2 ? full : free, 1)));
    expect(results.map(({ status }) => status)).toEqual(results.map((_, i) => (i % 2 ? 'rejected' : 'fulfilled')));
    expect(await used(free)).toBe(20);
    expect(await used(asUser(free.user.replace('imp_u_', ''), { tenant: 'imp_t_other' }))).toBe(0);
    const together = await admitTogether([full, free, full, free], (nth) => `together${nth}`);
    expect(together).toEqual(['limit_reached', 'held', 'limit_reached', 'held']);
  });

  it('is not counted without enough credits, and reserves nothing beyond the limit', async () => {
    const who = newUser();
    await expect(admit(who, 501)).rejects.toMatchObject({ body: { code: 'insufficient_credits', status: 402 } });
    expect(await used(who)).toBe(0);
    await useUp(who, 0);
    await expect(admit(who, 5)).rejects.toMatchObject(refused);
    expect(await harness.call(billing.getBalance, who, {})).toMatchObject({ balance: 500, held: 0 });
  });

  it('continues with its hold under a repeated key, and is not counted again', async () => {
    const who = newUser();
    const first = await admit(who, 5, { key: 'once' });
    await useUp(who, 1);
    expect(await admit(who, 5, { key: 'once' })).toEqual(first);
    expect(await used(who)).toBe(LIMIT);
    expect(first).toEqual({ hold_id: expect.stringMatching(/^hold_/), status: 'held', counted: true });
    await expect(admit(who, 6, { key: 'once' })).rejects.toMatchObject({ body: { code: 'idempotency_conflict' } });
  });

  it('is not counted again under a repeated key if it is free, even concurrently', async () => {
    const who = newUser();
    const results = await Promise.all(Array.from({ length: 10 }, () => admit(who, 0, { key: 'once' })));
    expect(results).toEqual(Array(10).fill({ hold_id: null, status: 'held', counted: true }));
    expect(await used(who)).toBe(1);
    expect(await admitTogether([who, who], () => 'in one list')).toEqual(['held', 'held']);
    expect(await used(who)).toBe(2);
    await useUp(who, 0);
    expect(await admit(who, 0, { key: 'once' })).toMatchObject({ counted: true });
  });

  it('is not counted before it begins if the plan sets no limit, and can be paid', async () => {
    const who = newUser();
    await harness.call(billing.getBalance, who, {});
    await harness.query(`insert into plan (id, name, price_cents, included_tokens, features, limits, position) values ('endless', 'E', 1, 0, '{}', '{"actions": -1}', 9)
                      on conflict do nothing`);
    await harness.query(`insert into subscription (tenant_id, user_id, plan) values ('default', $1, 'endless')`, [who.user]);
    await harness.query(`select set_plan('default', $1, 'endless', 'active')`, [who.user]);
    expect(await admit(who)).toEqual({ hold_id: null, status: 'held', counted: false });
    expect(await admit(who, 5)).toEqual({ hold_id: expect.any(String), status: 'held', counted: false });
    expect(await used(who)).toBe(0);
  });

  it('is refused if another meter is full, which is named', async () => {
    const who = newUser();
    await harness.query(`update plan set limits = limits || '{"tokens": 100}' where id = 'free'`);
    try {
      await track(who, 'tokens', 99);
      await admit(who);
      await track(who, 'tokens', 1);
      await expect(admit(who)).rejects.toMatchObject({ body: { detail: expect.stringContaining('allows 100 tokens a month') } });
    } finally {
      await harness.query(`update plan set limits = limits || '{"tokens": -1}' where id = 'free'`);
    }
    await admit(who);
  });

  it('of last month does not count in this month', async () => {
    const who = newUser();
    await useUp(who, 0);
    await harness.query(`update usage_counter set month = (month - interval '1 month')::date where user_id = $1`, [who.user]);
    expect(await admit(who)).toMatchObject({ counted: true });
  });

  it('needs a caller', async () => {
    await expect(admit(asAnonymous())).rejects.toMatchObject({ body: { code: 'unauthenticated' } });
  });

  it('is not counted again when it ends', async () => {
    const who = newUser();
    const finished = {
      ...{ action_id: 'act_1', trace_id: 't', user_id: who.user, tenant_id: 'default', app_id: 'notes', function: 'add' },
      ...{ action_type: 'write', status: 'success', duration_ms: 3, tokens_used: 7 },
    };
    await admit(who);
    const calls = [
      { ...finished, counted: true },
      { ...finished, tokens_used: 1 },
    ];
    await harness.publish(kernel.callsFinished, { tenant_id: 'default', calls });
    await waitUntil('both', async () => (await harness.call(billing.getUsage, who, {})).usage['tokens'] === 8, 10_000);
    expect(await used(who)).toBe(2);
  });
});

it.each(['before it has ended', 'after it has ended'])('a call that may have been counted %s is counted once', async (when) => {
  const who = newUser();
  const finished = {
    ...{ action_id: 'act_1', trace_id: 't', user_id: who.user, tenant_id: 'default', app_id: 'notes', function: 'add' },
    ...{ action_type: 'write', status: 'success', duration_ms: 3, tokens_used: 7, counted_by: 'perhaps' },
  };
  if (when === 'before it has ended') await admit(who, 0, { key: 'perhaps' });
  await harness.publish(kernel.callFinished, finished);
  await waitUntil('the event', async () => (await harness.call(billing.getUsage, who, {})).usage['tokens'] === 7, 10_000);
  if (when === 'after it has ended') await admit(who, 0, { key: 'perhaps' });
  expect(await used(who)).toBe(1);
});

describe('usage tracked with an event id', () => {
  it('counts once, even if it is repeated concurrently', async () => {
    const who = newUser();
    const totals = await Promise.all(Array.from({ length: 30 }, () => track(who, 'voice', 3, 'event-1')));
    expect(totals).toEqual(Array(30).fill({ meter: 'voice', used: 3 }));
    expect(await track(who, 'voice', 4, 'event-2')).toEqual({ meter: 'voice', used: 7 });
    expect(await track(who, 'voice', 3, 'event-1')).toEqual({ meter: 'voice', used: 7 });
    expect(await track(newUser(), 'voice', 3, 'event-1')).toEqual({ meter: 'voice', used: 3 });
  });

  it('is refused if the id was used for other usage', async () => {
    const who = newUser();
    await track(who, 'voice', 3, 'event-1');
    for (const other of [() => track(who, 'voice', 4, 'event-1'), () => track(who, 'images', 3, 'event-1')])
      await expect(other()).rejects.toMatchObject({ body: { code: 'idempotency_conflict', status: 409 } });
    await expect(track(who, 'voice', 1, 'x'.repeat(129))).rejects.toMatchObject({ body: { detail: [{ loc: ['event_id'] }] } });
  });
});
