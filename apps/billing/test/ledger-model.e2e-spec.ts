import { billing } from '@skep/contracts/billing';
import { type ServiceHarness, LANES, startService, asUser, modelTestSize, asService } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { start } from '../src/main.js';

let harness: ServiceHarness;
let db: pg.Pool;
let tenants = 0;
const query = async (sql: string, values: unknown[] = []) => (await db.query<Record<string, unknown>>(sql, values)).rows;

beforeAll(async () => {
  harness = await startService('billing', start);
  db = new pg.Pool({ connectionString: harness.env['DATABASE_OWNER_URL'] });
});
afterAll(async () => {
  await db?.end();
  await harness?.close();
});

const user = fc.constantFrom('1', '2', '3');
const step = fc.oneof(
  fc.record({ do: fc.constant('look' as const), user }),
  fc.record({ do: fc.constant('start' as const), user, cents: fc.constantFrom(100, 250, 100_000, 99, 100_001) }),
  fc.record({ do: fc.constant('confirm' as const), payment: fc.nat({ max: 5 }), times: fc.integer({ min: 1, max: 4 }) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

async function play({ steps, atOnce }: { steps: Step[]; atOnce: boolean }): Promise<void> {
  const tenant = `imp_t_${tenants++}`;
  const ctx = (who: string) => asUser(who, { tenant });
  const panel = asService('panel');
  const payments: { id: string; owner: string; tokens: number }[] = [];
  const confirmed = new Set<string>();
  const running: Promise<unknown>[] = [];
  for (const now of steps) {
    if (now.do === 'look') running.push(harness.call(billing.getBalance, ctx(now.user), {}));
    if (now.do === 'start') {
      const order = { tokens: now.cents * 10, price_cents: now.cents, save_payment_method: false };
      const started = await harness.call(billing.startTopup, ctx(now.user), order).catch(() => undefined);
      expect(started !== undefined).toBe(now.cents >= 100 && now.cents <= 100_000);
      if (started) payments.push({ id: started.payment_intent_id, owner: now.user, tokens: order.tokens });
    }
    if (now.do === 'confirm') {
      const payment = payments[now.payment];
      if (!payment) continue;
      confirmed.add(payment.id);
      for (let i = 0; i < now.times; i++) running.push(harness.call(billing.confirmTopup, panel, { payment_intent_id: payment.id }));
    }
    if (!atOnce) await Promise.all(running);
  }
  await Promise.all(running);
  for (const who of ['1', '2', '3']) {
    const bought = payments.filter(({ id, owner }) => owner === who && confirmed.has(id));
    const expected = bought.reduce((sum, { tokens }) => sum + tokens, 500);
    expect((await harness.call(billing.getBalance, ctx(who), {})).balance).toBe(expected);
    const { rows: lines } = await harness.call(billing.listWalletHistory, ctx(who), { limit: 50, offset: 0 });
    expect(lines.map(({ amount }) => amount).sort((a, b) => a - b)).toEqual(
      [500, ...bought.map(({ tokens }) => tokens)].sort((a, b) => a - b),
    );
    expect(lines[0]?.balance_after).toBe(expected);
  }
  const events = await query(`select id from outbox where payload->>'tenant_id' = $1`, [tenant]);
  expect(events).toHaveLength(confirmed.size);
}

const { runs, timeoutMs } = modelTestSize('ledger-model', 200);

it(
  'keeps every wallet at its granted and paid credits, for any order of operations',
  async () => {
    let played = 0;
    const lane = fc.record({ steps: fc.array(step, { minLength: 3, maxLength: 12 }), atOnce: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(lane, { minLength: LANES, maxLength: LANES }), async (all) => {
        await Promise.all(all.map(play));
        // Only now and then: it reads the whole ledger, and a violation stays.
        if (played++ % 16 === 0) expect(await query('select * from check_ledger()')).toEqual([]);
      }),
      runs,
    );
    expect(await query('select * from check_ledger()')).toEqual([]);
  },
  timeoutMs,
);
