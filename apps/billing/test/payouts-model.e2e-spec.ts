import { billing, type Earnings } from '@skep/contracts/billing';
import { type ServiceHarness, startService, asUser, asService } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { start } from '../src/main.js';
import { administrator, codeOf, promote, request, sell, violations } from './earnings-harness.js';

let harness: ServiceHarness;
let runs = 0;
/** Granted credits of each payer. */
const GIFT = 150;

beforeAll(async () => {
  harness = await startService('billing', start, { env: { SKEP_PAYOUT_MIN_TOKENS: '10' } });
  await harness.query(`update plan set included_tokens = ${GIFT} where id = 'free'`);
});
afterAll(() => harness?.close());

const nth = fc.nat({ max: 5 });
const who = fc.nat({ max: 1 });
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('sell' as const),
      who,
      tenant: fc.nat({ max: 2 }),
      base: fc.nat({ max: 200 }),
      split: fc.nat({ max: 100 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('request' as const), who, amount: fc.integer({ min: 8, max: 120 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reverse' as const), nth }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('refund' as const), nth, amount: fc.integer({ min: 1, max: 90 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('approve' as const, 'pay' as const, 'reject' as const),
      nth,
      reference: fc.constantFrom('A', 'B'),
    }),
  },
);

interface Payout {
  who: number;
  amount: number;
  status: 'pending' | 'approved' | 'paid' | 'rejected';
  reference?: string;
}

interface Sale {
  who: number;
  payer: number;
  base: number;
  /** Granted credits in the base. */
  gift: number;
  share: number;
  payable: number;
  refunded: number;
}

/** What came back of a sale: its kinds of credits in proportion, and of each kind the developer’s share. */
function returned({ base, gift, share, payable, refunded }: Sale) {
  const gifts = Math.floor((gift * refunded) / base);
  const bought = refunded - gifts;
  const paid = base > gift ? Math.floor((payable * bought) / (base - gift)) : payable;
  const promoted = gift > 0 ? Math.floor(((share - payable) * gifts) / gift) : share - payable;
  return { gift: gifts, share: paid + promoted, payable: paid };
}

/** The expected behaviour of payouts, in plain arithmetic. Each command returns the expected result. */
class Oracle {
  readonly sales: Sale[] = [];
  readonly payouts: Payout[] = [];
  private readonly gifts = [GIFT, GIFT, GIFT];

  /** A call is paid with granted credits first, then with bought ones. */
  sell({ who, tenant, base, split }: { who: number; tenant: number; base: number; split: number }): void {
    const gift = Math.min(this.gifts[tenant]!, base);
    this.gifts[tenant]! -= gift;
    const share = (price: number) => Math.floor((price * split) / 100);
    this.sales.push({ who, payer: tenant, base, gift, share: share(base), payable: share(base - gift), refunded: 0 });
  }

  reverse(nth: number): void {
    const sale = this.sales[nth]!;
    this.refund(nth, sale.base - sale.refunded);
  }

  /** What was refunded in all is rounded, not each refund. */
  refund(nth: number, amount: number): string {
    const sale = this.sales[nth]!;
    if (sale.refunded + amount > sale.base) return 'refund_exceeds_charge';
    const before = returned(sale).gift;
    sale.refunded += amount;
    this.gifts[sale.payer]! += returned(sale).gift - before;
    return 'refunded';
  }

  of(who: number): Omit<Earnings, 'total_earned' | 'total_platform_share'> {
    const sum = (...statuses: string[]) =>
      this.payouts.filter((each) => each.who === who && statuses.includes(each.status)).reduce((all, { amount }) => all + amount, 0);
    const sales = this.sales.filter((sale) => sale.who === who);
    const total = sales.reduce((all, sale) => all + sale.share - returned(sale).share, 0);
    const payable = sales.reduce((all, sale) => all + sale.payable - returned(sale).payable, 0);
    const [paid_out, reserved] = [sum('paid'), sum('pending', 'approved')];
    return {
      total_earnings: total,
      paid_out,
      reserved,
      payable_earnings: payable,
      promotional_earnings: total - payable,
      available: payable - paid_out - reserved,
      pending_payout: payable - sum('paid', 'approved'),
    };
  }

  request(who: number, amount: number): string {
    if (amount < 10) return 'invalid_input';
    if (amount > this.of(who).available) return 'insufficient_earnings';
    this.payouts.push({ who, amount, status: 'pending' });
    return 'pending';
  }

  decide(payout: Payout, decision: 'approve' | 'pay' | 'reject', reference: string): string {
    const to = ({ approve: 'approved', pay: 'paid', reject: 'rejected' } as const)[decision];
    if (payout.status === to) return decision === 'pay' && payout.reference !== reference ? 'payout_ended' : to;
    const possible =
      decision === 'pay'
        ? payout.status === 'approved'
        : decision === 'approve'
          ? payout.status === 'pending'
          : 'pa'.includes(payout.status[0]!) && payout.status !== 'paid';
    if (!possible) return 'payout_ended';
    payout.status = to;
    if (decision === 'pay') payout.reference = reference;
    return to;
  }
}

it('matches an oracle for earnings, reversals, refunds and payouts, over tenants', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const run = runs++;
      const developers = [0, 1].map((n) => asUser(`dev-${run}-${n}`, { tenant: `imp_t_${n}` }));
      for (const developer of developers) await promote(harness, developer);
      const oracle = new Oracle();
      const holds: string[] = [];
      const ids: number[] = [];
      for (const now of steps) {
        if (now.do === 'sell') {
          if (now.base === 0) continue;
          const payer = asUser(`payer-${run}`, { tenant: `imp_t_${now.tenant}` });
          holds.push(await sell(harness, developers[now.who]!, { ...now, payer, bought: false }));
          oracle.sell(now);
        } else if (now.do === 'request') {
          const actual = await request(harness, developers[now.who]!, now.amount).then(({ id, status }) => (ids.push(id), status), codeOf);
          expect(actual).toBe(oracle.request(now.who, now.amount));
        } else if (now.do === 'reverse') {
          if (!oracle.sales[now.nth]) continue;
          await harness.call(billing.reverseCall, asService('kernel'), { hold_id: holds[now.nth]!, reason: 'x' });
          oracle.reverse(now.nth);
        } else if (now.do === 'refund') {
          if (!oracle.sales[now.nth]) continue;
          const input = { action_id: holds[now.nth]!, amount: now.amount, reason: 'x' };
          const refunded = harness.call(billing.refundCharge, administrator(), input);
          expect(await refunded.then(() => 'refunded', codeOf)).toBe(oracle.refund(now.nth, now.amount));
        } else {
          const payout = oracle.payouts[now.nth];
          if (!payout) continue;
          const input = { payout_id: ids[now.nth]!, note: '' };
          const { reference } = now;
          const decided =
            now.do === 'pay'
              ? harness.call(billing.payPayout, administrator(), { ...input, method: 'bank', reference })
              : harness.call(now.do === 'approve' ? billing.approvePayout : billing.rejectPayout, administrator(), input);
          expect(await decided.then(({ status }) => status, codeOf)).toBe(oracle.decide(payout, now.do, reference));
        }
      }
      for (const [n, developer] of developers.entries()) {
        expect(await harness.call(billing.getDeveloperEarnings, developer, {})).toMatchObject(oracle.of(n));
        const [ledger] = await harness.query(
          `select coalesce(sum(e.amount - e.granted) filter (where a.kind = 'earnings'), 0)::int as available,
                  coalesce(sum(e.granted), 0)::int as promotional_earnings,
                  coalesce(sum(e.amount) filter (where a.kind = 'payable'), 0)::int as reserved
             from ledger_account a join ledger_entry e on e.account_id = a.id where a.user_id = $1 and a.kind in ('earnings', 'payable')`,
          [developer.user],
        );
        const { available, promotional_earnings, reserved } = oracle.of(n);
        expect(ledger).toEqual({ available, promotional_earnings, reserved });
      }
      expect(await violations(harness)).toEqual([]);
    }),
    { numRuns: 30 },
  );
});
