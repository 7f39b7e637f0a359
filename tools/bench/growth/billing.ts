import { appId, appOf, BUSY, developerOf, owner, personId, series, tenantOf } from './names.ts';
import type { FillSteps } from './steps.ts';
import type { Range } from './sizes.ts';

/** A list of holds that is placed and captured together. */
const LIST = 500;
const PRICE = 100;
/** Enough entries of the busy person for a deep page of their history, also with few calls. */
const BONUSES = 9_000;

/** Runs queries that use the rows `low` to `high`, each in a transaction of its own: many changes of one wallet in one transaction are slow. */
const inBatches = ({ from, to }: Range, size: number, query: string) => `
  do $$ declare high int; begin
    for low in ${from + 1}..${to} by ${size} loop
      high := least(low + ${size} - 1, ${to});
      perform ${query};
      commit;
    end loop;
  end $$`;

/** Credits move through the ledger's own commands, so that balances, earnings and their counters are right. */
export const billing: FillSteps = (ranges, world) => {
  const { people, payments, calls, payouts } = ranges;
  const { busy, developer, app_id } = world;
  const payer = owner(ranges, world, BUSY.payments);
  const caller = owner(ranges, world, BUSY.calls);
  const busyAccount = `account_of('default', 'wallet', '${busy.id}')`;
  return [
    ['wallets', inBatches(people, 100, `open_wallet(${tenantOf()}, ${personId()}) from generate_series(low, high) n`)],
    [
      'usage',
      `insert into usage_counter (tenant_id, user_id, month, meter, used)
       select ${tenantOf()}, ${personId()}, usage_month(), 'actions', n % 400 from ${series(people)}`,
    ],
    [
      'the busy person’s plan',
      `select open_wallet('default', '${busy.id}');
       insert into subscription (tenant_id, user_id, plan, billing_mode) values ('default', '${busy.id}', 'business', 'manual') on conflict do nothing;
       select set_plan('default', '${busy.id}', 'business', 'active')`,
    ],
    [
      'bonuses',
      inBatches(
        { from: calls.from ? BONUSES : 0, to: BONUSES },
        100,
        `post_transaction('default', 'grant', 'bonus:' || n, 'Bonus', null, array[${busyAccount}, account_of('default', 'promotions')], array[1000, -1000])
           from generate_series(low, high) n`,
      ),
    ],
    [
      'payments',
      `insert into payment (id, provider, tenant_id, user_id, tokens, price_cents)
       select 'pi_growth_' || n, 'sandbox', ${payer.tenant}, ${payer.user}, 1000, 100 from ${series(payments)}`,
    ],
    ['credited payments', inBatches(payments, 100, `credit_topup('pi_growth_' || n) from generate_series(low, high) n`)],
    [
      'calls',
      inBatches(
        calls,
        LIST,
        `end_holds((
           select jsonb_agg(jsonb_build_object('tenant_id', ${caller.tenant}, 'user_id', ${caller.user}, 'hold_id', hold_id,
                                               'action_id', 'act_' || hold_id, 'trace_id', md5(hold_id)) order by n)
             from (select low + ordinal - 1 as n, hold_id from place_holds((
               select jsonb_agg(jsonb_build_object('tenant_id', ${caller.tenant}, 'user_id', ${caller.user}, 'key', 'growth:' || n,
                                  'app_id', case when ${caller.isBusy} then '${app_id}' else ${appId(appOf(ranges))} end, 'function', 'find',
                                  'base_price', ${PRICE}, 'platform_fee', 0, 'split', 70, 'ttl_s', 900,
                                  'developer_id', case when ${caller.isBusy} then '${developer.id}' else ${developerOf(world, appOf(ranges))} end) order by n)
                 from generate_series(low, high) n), true)) placed), true)`,
      ),
    ],
    ['payouts', `select reserve_payout('default', '${developer.id}', 10, '0.01', 'bank', null) from ${series(payouts)}`],
  ];
};
