import { billing } from '@skep/contracts/billing';
import type { Ctx } from '@skep/platform';
import { asUser, codeOf, type ServiceHarness, startService } from '@skep/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { start } from '../src/main.js';
import { administrator, violations } from './earnings-harness.js';

let harness: ServiceHarness;
let keys = 0;
const ids: string[] = [];

beforeAll(async () => {
  harness = await startService('billing', start, { beside: ['auth-gateway'] });
  await harness.startCopy();
  const people = await harness.infra.query(
    'auth-gateway',
    `insert into account (id, tenant_id, email, role, scopes, attributes)
     select 'imp_u_p' || n, 'default', n || '@example.com', 'user', '{}', '{}' from generate_series(1, 6) n returning id`,
  );
  ids.push(...people.map(({ id }) => String(id)));
});
afterEach(async () => {
  expect(await violations(harness)).toEqual([]);
});
afterAll(() => harness?.close());

const person = (n: number) => asUser(`p${n}`, { user: ids[n]! });
const set = (who: Ctx, monthly_credits: number | null, by = administrator()) =>
  harness.call(billing.setBudget, by, { user_id: who.user, monthly_credits });
const place = (who: Ctx, base_price: number) =>
  harness.call(billing.placeHold, who, {
    key: `k${keys++}`,
    app_id: 'notes',
    function: 'save',
    base_price,
    platform_fee: 0,
    split: 0,
    ttl_s: 900,
  });
const spend = async (who: Ctx, credits: number) =>
  harness.call(billing.captureHold, who, { hold_id: (await place(who, credits)).hold_id, action_id: `act_${keys}` });
const usage = (who: Ctx) => harness.call(billing.getUsage, who, {});

describe('a budget', () => {
  it('of many calls at once, those that fit are admitted', async () => {
    const who = person(0);
    await set(who, 100);
    await spend(who, 20);
    const placed = await Promise.allSettled(Array.from({ length: 30 }, () => place(who, 15)));
    const held = placed.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    expect(held).toHaveLength(5);
    await Promise.all(held.map(({ hold_id }) => harness.call(billing.captureHold, who, { hold_id })));
    expect(await codeOf(place(who, 6))).toBe('budget_exceeded');
    await spend(who, 5);
    expect(await usage(who)).toMatchObject({ usage: { credits: 100 }, limits: { credits: 100 }, exceeded: [] });
  });

  it('that is exceeded is told with its numbers, before anything is counted or reserved', async () => {
    const who = person(1);
    await set(who, 30);
    const call = { key: 'one', app_id: 'notes', function: 'save', base_price: 31, platform_fee: 0, split: 0, ttl_s: 900 };
    await expect(harness.call(billing.admitCall, who, call)).rejects.toMatchObject({
      body: { code: 'budget_exceeded', status: 429, detail: expect.stringMatching(/up to 31 credits.*30 credits a month.*spent 0/) },
    });
    expect((await usage(who)).usage).toMatchObject({ actions: 0, credits: 0 });
    expect((await harness.call(billing.getBalance, who, {})).held).toBe(0);
  });

  it('counts from the start of the month, also what was spent before it was set', async () => {
    const who = person(2);
    await spend(who, 40);
    expect((await usage(who)).limits).not.toHaveProperty('credits');
    expect(await set(who, 50)).toMatchObject({ user_id: who.user, monthly_credits: 50, spent: 40, held: 0 });
    expect(await codeOf(place(who, 11))).toBe('budget_exceeded');
    await harness.query(`
      set session_replication_role = replica;
      update hold set ended_at = ended_at - interval '32 days' where user_id = '${who.user}';
      update wallet set spent_month = month_of(now() - interval '32 days') where user_id = '${who.user}'`);
    expect(await harness.call(billing.getBudget, administrator(), { user_id: who.user })).toMatchObject({ spent: 0 });
    await spend(who, 50);
  });

  it('gets back what is refunded, and is removed with null', async () => {
    const who = person(3);
    await set(who, 50);
    await spend(who, 50);
    await harness.call(billing.refundCharge, administrator(), { action_id: `act_${keys}`, amount: 20, reason: 'x' });
    expect(await codeOf(place(who, 21))).toBe('budget_exceeded');
    await spend(who, 20);
    expect(await set(who, null)).toMatchObject({ monthly_credits: null, spent: 50 });
    await spend(who, 100);
    const changes = await harness.query(
      `select payload->'from' as before, payload->'to' as after from outbox where subject = $1 and payload->>'user_id' = $2 order by seq`,
      [billing.budgetChanged.subject, who.user],
    );
    expect(changes).toEqual([
      { before: null, after: 50 },
      { before: 50, after: null },
    ]);
  });

  it('is set by administrators, for users of their tenant', async () => {
    const other = administrator({ tenant: 'imp_t_other' });
    expect(await codeOf(set(person(4), 5, other))).toBe('user_not_found');
    expect(await codeOf(harness.call(billing.getBudget, other, { user_id: ids[4]! }))).toBe('user_not_found');
    expect(await codeOf(set(asUser('none'), 5))).toBe('user_not_found');
    for (const wrong of [-1, 1.5]) expect(await codeOf(set(person(4), wrong))).toBe('invalid_input');
  });
});
