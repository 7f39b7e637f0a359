import { billing } from '@skep/contracts/billing';
import { type ServiceHarness, LANES, startService, asUser, modelTestSize, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { start } from '../src/main.js';

let harness: ServiceHarness;
let db: pg.Pool;
let tenants = 0;
const query = async (sql: string, values: unknown[] = []) => (await db.query<Record<string, unknown>>(sql, values)).rows;

beforeAll(async () => {
  harness = await startService('billing', start, { env: { SKEP_HOLD_EXPIRY_MS: '3600000' } });
  db = new pg.Pool({ connectionString: harness.env['DATABASE_OWNER_URL'] });
});
afterAll(async () => {
  await db?.end();
  await harness?.close();
});

const who = fc.nat({ max: 1 });
const nth = fc.nat({ max: 6 });
const step = fc.oneof(
  fc.record({
    do: fc.constant('place' as const),
    who,
    key: nth,
    base: fc.nat({ max: 300 }),
    fee: fc.constantFrom(0, 60, 250),
    split: fc.integer({ min: 0, max: 100 }),
  }),
  fc.record({ do: fc.constant('capture' as const), nth, base: fc.option(fc.nat({ max: 300 })), fee: fc.option(fc.nat({ max: 700 })) }),
  fc.record({ do: fc.constant('release' as const), nth }),
  fc.record({ do: fc.constant('expire' as const), nth }),
  fc.record({ do: fc.constant('top up' as const), who, cents: fc.constantFrom(100, 150) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

interface Hold {
  who: number;
  terms: string;
  base: number;
  fee: number;
  split: number;
  status: string;
  end?: string;
}

/** The expected behaviour of the ledger, in plain arithmetic. Each step returns the expected result. */
class Oracle {
  readonly people = [0, 1].map(() => ({ balance: 500, granted: 500, held: 0, debts: [] as number[] }));
  readonly holds: Hold[] = [];
  private readonly keys = new Map<string, Hold>();
  earned = 0;
  payable = 0;
  revenue = 0;

  place(step: Step & { do: 'place' }): string {
    const { who, key, base, fee, split } = step;
    if (base + fee === 0) return 'invalid_input';
    const terms = JSON.stringify([base, fee, split]);
    const known = this.keys.get(`${who}/${key}`);
    if (known) return known.terms === terms ? `held ${this.holds.indexOf(known)}` : 'idempotency_conflict';
    const person = this.people[who]!;
    if (base + fee > person.balance - person.held) return 'insufficient_credits';
    person.held += base + fee;
    const hold = { who, terms, base, fee, split, status: 'held' };
    this.keys.set(`${who}/${key}`, hold);
    return `held ${this.holds.push(hold) - 1}`;
  }

  end(hold: Hold, base: number, fee: number, nothing = 'released'): string {
    if (base > hold.base) return 'conflict';
    const end = `${base + fee === 0 ? 'nothing' : `${base}+${fee}`}`;
    if (hold.end) return hold.end === end ? hold.status : 'hold_ended';
    const person = this.people[hold.who]!;
    person.held -= hold.base + hold.fee;
    const taken = Math.min(base + fee, person.balance - person.held);
    person.balance -= taken;
    const gift = Math.min(person.granted, taken);
    person.granted -= gift;
    if (base + fee > taken) person.debts.push(base + fee - taken);
    const share = Math.floor((base * hold.split) / 100);
    this.earned += share;
    this.payable += Math.floor((Math.max(base - gift, 0) * hold.split) / 100);
    this.revenue += base + fee - share;
    hold.end = end;
    return (hold.status = base + fee === 0 ? nothing : 'captured');
  }

  topUp(who: number, tokens: number): void {
    const person = this.people[who]!;
    person.balance += tokens;
    person.debts = person.debts.flatMap((debt) => {
      const paid = Math.min(debt, person.balance - Math.max(person.held, person.granted));
      person.balance -= paid;
      return debt > paid ? [debt - paid] : [];
    });
  }
}

const codeOf = (error: unknown) => (error as { body: { code: string } }).body.code;

async function play(steps: Step[]): Promise<void> {
  const tenant = `imp_t_${tenants++}`;
  const ctx = (n: number) => asUser(String(n), { tenant });
  for (const n of [0, 1]) await harness.call(billing.getBalance, ctx(n), {});
  const oracle = new Oracle();
  const ids: string[] = [];
  for (const now of steps) {
    if (now.do === 'place') {
      const expected = oracle.place(now);
      const actual = await harness
        .call(billing.placeHold, ctx(now.who), {
          ...{ key: `k${now.key}`, app_id: 'notes', function: 'save', base_price: now.base, platform_fee: now.fee },
          ...{ split: now.split, developer_id: 'imp_u_dev', ttl_s: 900 },
        })
        .then(({ hold_id }) => {
          if (!ids.includes(hold_id)) ids.push(hold_id);
          return `held ${ids.indexOf(hold_id)}`;
        }, codeOf);
      expect(actual).toBe(expected);
    } else if (now.do === 'top up') {
      const order = { tokens: now.cents * 10, price_cents: now.cents, save_payment_method: false };
      await harness.call(billing.confirmTopup, ctx(now.who), await harness.call(billing.startTopup, ctx(now.who), order));
      oracle.topUp(now.who, order.tokens);
    } else {
      const hold = oracle.holds[now.nth];
      const hold_id = ids[now.nth];
      if (!hold || !hold_id) continue;
      const person = ctx(hold.who);
      if (now.do === 'expire') {
        if (hold.status === 'held') oracle.end(hold, 0, 0, 'expired');
        await query(`update hold set expires_at = now() where id = $1 and status = 'held'`, [hold_id]);
        await waitUntil('the hold to end', async () => {
          await query('select expire_holds()');
          return (await query(`select from hold where id = $1 and status <> 'held'`, [hold_id])).length > 0;
        });
      } else if (now.do === 'release') {
        const actual = await harness.call(billing.releaseHold, person, { hold_id }).then(({ status }) => status, codeOf);
        expect(actual).toBe(oracle.end(hold, 0, 0));
      } else {
        const taken = { ...(now.base !== null && { base_price: now.base }), ...(now.fee !== null && { platform_fee: now.fee }) };
        const actual = await harness.call(billing.captureHold, person, { hold_id, ...taken }).then(({ status }) => status, codeOf);
        expect(actual).toBe(oracle.end(hold, now.base ?? hold.base, now.fee ?? hold.fee));
      }
    }
  }
  const rows = (sql: string) => query(sql, [tenant]);
  const sums =
    await rows(`select a.kind, sum(e.amount)::bigint as n, sum(e.amount - e.granted)::bigint as bought from ledger_account a join ledger_entry e on e.account_id = a.id
     where a.tenant_id = $1 and a.kind in ('earnings', 'revenue', 'receivable') group by a.kind`);
  const sum = (kind: string) => Number(sums.find((row) => row['kind'] === kind)?.['n'] ?? 0);
  expect(await rows('select balance, granted, held from wallet where tenant_id = $1 order by user_id')).toEqual(
    oracle.people.map(({ balance, granted, held }) => ({ balance, granted, held })),
  );
  const payable = Number(sums.find(({ kind }) => kind === 'earnings')?.['bought'] ?? 0);
  expect([sum('earnings'), payable, sum('revenue'), 0 - sum('receivable')]).toEqual([
    oracle.earned,
    oracle.payable,
    oracle.revenue,
    oracle.people.flatMap(({ debts }) => debts).reduce((a, b) => a + b, 0),
  ]);
}

const { runs, timeoutMs } = modelTestSize('holds-model', 240);

it(
  'matches an oracle for holds, captures, expiry, debts and top-ups',
  async () => {
    let played = 0;
    const lanes = fc.array(fc.array(step, { minLength: 5, maxLength: 25 }), { minLength: LANES, maxLength: LANES });
    await fc.assert(
      fc.asyncProperty(lanes, async (all) => {
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
