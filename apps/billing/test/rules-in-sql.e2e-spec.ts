import { Problem, read, type Type } from '@skep/contracts';
import { PaymentRecord, PayoutQueue, PlaceHold, UpdateAutoTopup } from '@skep/contracts/billing';
import { type ServiceHarness, startService } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { start } from '../src/main.js';
import { nextPeriodEnd } from '../src/subscription/terms.js';
import { exceededMeters } from '../src/usage/exceeded-meters.js';

/* Rules that stand in SQL and in TypeScript: each test compares both over generated cases, a batch in one round trip. */

let harness: ServiceHarness;
beforeAll(async () => {
  harness = await startService('billing', start);
});
afterAll(() => harness?.close());

const batch = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 50, maxLength: 100 });

describe('a period of a plan', () => {
  const YEAR_MS = 366 * 86_400_000;
  const day = fc.date({ min: new Date('2023-12-01'), max: new Date('2028-03-31'), noInvalidDate: true });
  const lastDay = day.map((at) => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0, at.getUTCHours())));
  const span = fc.record({ anchor: fc.oneof(day, lastDay), elapsed: fc.nat({ max: 5 * YEAR_MS }), atAnEnd: fc.boolean() });

  it('ends where Postgres adds months to its anchor, also at the ends of short months and in leap years', async () => {
    await fc.assert(
      fc.asyncProperty(batch(span), async (spans) => {
        const cases = spans.map(({ anchor, elapsed, atAnEnd }) => {
          const after = new Date(anchor.getTime() + elapsed);
          return { anchor, after: atAnEnd ? nextPeriodEnd(anchor, after) : after };
        });
        const rows = await harness.query(
          `select (select min(ends) from (
                     select (anchor at time zone 'UTC' + n * interval '1 month') at time zone 'UTC' as ends from generate_series(1, 80) n
                   ) months where ends > after) as ends
             from rows from (jsonb_to_recordset($1) as (anchor timestamptz, after timestamptz)) with ordinality as c (anchor, after, nth)
            order by nth`,
          [JSON.stringify(cases)],
        );
        expect(rows.map(({ ends }) => ends as Date)).toEqual(cases.map(({ anchor, after }) => nextPeriodEnd(anchor, after)));
      }),
      { numRuns: 20, endOnFailure: true },
    );
  });
});

describe('a limit of a plan', () => {
  const amount = fc.constantFrom(0, 1, 2, 500, Number.MAX_SAFE_INTEGER - 1, Number.MAX_SAFE_INTEGER);
  const perMeter = <T>(value: fc.Arbitrary<T>) => fc.dictionary(fc.constantFrom('actions', 'tokens', 'pages'), value);
  const usages = fc.record({ limits: perMeter(fc.oneof(fc.constant(-1), amount)), used: perMeter(amount) });
  let people = 0;

  it('refuses a call exactly if one more of a counted meter would exceed it', async () => {
    await fc.assert(
      fc.asyncProperty(batch(usages), async (cases) => {
        const users = JSON.stringify(cases.map((one) => ({ ...one, user_id: `imp_u_${people++}` })));
        const each = `rows from (jsonb_to_recordset($1) as (user_id text, limits jsonb, used jsonb)) as u`;
        await harness.query(
          `insert into plan (id, name, price_cents, included_tokens, features, limits, position)
           select user_id, '', 0, 0, '{}', limits, 9 from ${each}`,
          [users],
        );
        await harness.query(`select open_wallet('rules', user_id), set_plan('rules', user_id, user_id, 'active') from ${each}`, [users]);
        await harness.query(
          `insert into usage_counter (tenant_id, user_id, month, meter, used)
           select 'rules', user_id, usage_month(), key, value::bigint from ${each} cross join lateral jsonb_each(used)`,
          [users],
        );
        const rows = await harness.query(
          `select outcome from admit_calls((
             select jsonb_agg(jsonb_build_object('tenant_id', 'rules', 'user_id', user_id, 'key', 'k', 'base_price', 0, 'platform_fee', 0) order by nth)
               from rows from (jsonb_to_recordset($1) as (user_id text)) with ordinality as u (user_id, nth)), true) order by ordinal`,
          [users],
        );
        const refused = ({ limits, used }: (typeof cases)[number]) => {
          const next = Object.entries({ actions: 0, ...used }).map(([meter, count]) => [meter, count + 1]);
          return exceededMeters(limits, Object.fromEntries(next) as Record<string, number>).length > 0;
        };
        expect(cases.map((one, nth) => [one, rows[nth]!['outcome']])).toEqual(
          cases.map((one) => [one, refused(one) ? 'limit_reached' : 'held']),
        );
      }),
      { numRuns: 5, endOnFailure: true },
    );
  });
});

describe('a value that the contract allows', () => {
  const percent = fc.oneof(fc.integer({ min: -3, max: 105 }), fc.constantFrom(0, 1, 50, 51, 100, 101, 2_147_483_647));
  const kind = fc.constantFrom('topup', 'auto_topup', 'subscription', 'Topup', 'grant', '');
  const status = fc.constantFrom('pending', 'approved', 'paid', 'rejected', 'Paid', ' paid', 'open', '');
  const allowedByContract = (type: Type<object>, field: string, value: unknown) => {
    try {
      return read(type, { [field]: value }) !== undefined;
    } catch (error) {
      if (!(error instanceof Problem) || !Array.isArray(error.body.detail)) throw error;
      return !(error.body.detail as { loc: string[] }[]).some(({ loc }) => loc[0] === field);
    }
  };
  const some = "from (values (null, null), (null, now()), (null::text, now()), ('r', now())) as o (reference, processed_at)";

  it.each([
    {
      constraint: 'auto_topup_threshold',
      column: 'threshold_pct',
      type: 'int',
      value: percent,
      field: 'threshold_pct',
      contract: UpdateAutoTopup,
    },
    { constraint: 'hold_split', column: 'split', type: 'int', value: percent, field: 'split', contract: PlaceHold },
    { constraint: 'payout_status', column: 'status', type: 'text', value: status, field: 'status', contract: PayoutQueue },
    { constraint: 'payment_kind', column: 'kind', type: 'text', value: kind, field: 'type', contract: PaymentRecord },
  ])('is allowed by the table, and no other: $constraint', async ({ constraint, column, type, value, field, contract }) => {
    const [found] = await harness.query('select pg_get_expr(conbin, conrelid) as condition from pg_constraint where conname = $1', [
      constraint,
    ]);
    await fc.assert(
      fc.asyncProperty(batch(value as fc.Arbitrary<number | string>), async (values) => {
        const rows = await harness.query(
          `select exists (select ${some} where ${String(found!['condition'])}) as allowed
             from jsonb_array_elements($1) with ordinality as v (v, nth) cross join lateral (select (v #>> '{}')::${type} as ${column}) row order by nth`,
          [JSON.stringify(values)],
        );
        expect(values.map((one, nth) => [one, rows[nth]!['allowed']])).toEqual(
          values.map((one) => [one, allowedByContract(contract, field, one)]),
        );
      }),
      { numRuns: 5, endOnFailure: true },
    );
  });
});
