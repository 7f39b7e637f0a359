import { type AppEarnings, billing, CallReversed, Earnings, EarningsPeriod, HoldNotFound, PriceShare } from '@skep/contracts/billing';
import { type Ctx, Database, Outbox, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';

/** Payouts are few: an administrator pays each by hand. */
const EARNED = statement(
  `with earned as (
    select coalesce(sum(share), 0)::bigint as share, coalesce(sum(rest), 0)::bigint as rest, coalesce(sum(payable), 0)::bigint as payable
      from earning where developer_id = :user
  ), payouts as (
    select coalesce(sum(amount_tokens) filter (where status = 'paid'), 0)::bigint as paid_out,
           coalesce(sum(amount_tokens) filter (where status = 'approved'), 0)::bigint as approved,
           coalesce(sum(amount_tokens) filter (where status in ('pending', 'approved')), 0)::bigint as reserved
      from payout where tenant_id = :tenant and developer_id = :user
  )
  select e.share as total_earnings, e.share as total_earned, e.rest as total_platform_share, e.payable as payable_earnings,
         e.share - e.payable as promotional_earnings, e.payable - p.paid_out - p.approved as pending_payout, p.paid_out, p.reserved,
         e.payable - p.paid_out - p.reserved as available
    from earned e, payouts p`,
  Earnings,
);
const MONTHS = statement(
  `select to_char(month, 'YYYY-MM') as period, share as earnings, rest as platform_share, calls as action_count
     from earning where developer_id = :user and app_id = :app_id order by month`,
  EarningsPeriod,
);
const SPLIT = statement(
  `select price, developer_share(price, :split) as developer_share, price - developer_share(price, :split) as platform_share
     from unnest(:prices::bigint[]) with ordinality as given(price, ordinal) order by ordinal`,
  PriceShare,
);
/** `is_new`: this call reversed the hold; false if it was reversed before. */
const REVERSE = statement('select * from reverse_call(:hold_id, :reason, :by)', CallReversed, {
  ...{ tenant_id: 'text', user_id: 'text', balance: 'int8', is_new: 'bool' },
});

/** Developer earnings: counters of captured and reversed calls, and payouts. */
@Injectable()
export class EarningsRepository {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
  ) {}

  /** The caller's earnings, over all tenants. */
  async getEarnings(ctx: Ctx): Promise<Earnings> {
    return (await this.db.row(EARNED, ctx))!;
  }

  /** The caller's earnings from one app, in total and by month. */
  async getAppEarnings({ user }: Ctx, app_id: string): Promise<AppEarnings> {
    const by_period = await this.db.rows(MONTHS, { user, app_id });
    const total = (field: 'earnings' | 'action_count') => by_period.reduce((sum, month) => sum + month[field], 0);
    return { app_id, total_earnings: total('earnings'), action_count: total('action_count'), by_period };
  }

  /** What the developer and the platform get of each price. */
  split(prices: number[], split: number): Promise<PriceShare[]> {
    return this.db.rows(SPLIT, { prices, split });
  }

  /** Reverses a captured hold. Idempotent. @throws Problem `hold_not_found` if the hold is unknown or not captured. */
  reverse(ctx: Ctx, hold_id: string, reason: string): Promise<CallReversed> {
    return this.db.transaction(async () => {
      const reversed = await this.db.row(REVERSE, { hold_id, reason, by: ctx.user || ctx.actor });
      if (!reversed) throw HoldNotFound();
      const { tenant_id, user_id, balance, amount, transaction_id, is_new } = reversed;
      if (is_new) {
        const change = { tenant_id, user_id, balance, amount, reason: 'call_reversal', transaction_id };
        await this.outbox.add(billing.balanceChanged, { ...ctx, tenant: tenant_id, user: user_id }, change);
      }
      return reversed;
    });
  }
}
