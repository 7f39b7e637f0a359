import { type AppEarnings, billing, CallReversed, Earnings, EarningsPeriod, HoldNotFound } from '@skep/contracts/billing';
import { type Ctx, Database, Outbox, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';

/** The developer's share of a captured hold, computed from columns of the index `hold_earned`. */
const SHARE = 'developer_share(h.captured_base, h.split)';
/** The part of the share that can be paid out. */
const PAYABLE = 'payable_share(h.captured_base, h.captured_granted, h.split)';
const EARNED = statement(
  `with calls as (
    select coalesce(sum(${SHARE}), 0)::bigint as share, coalesce(sum(h.captured_base - ${SHARE}), 0)::bigint as rest,
           coalesce(sum(${PAYABLE}), 0)::bigint as payable
      from hold h where h.developer_id = :user and h.status = 'captured'
  ), reversals as (
    select coalesce(sum(r.share), 0)::bigint as share, coalesce(sum(h.captured_base - r.share), 0)::bigint as rest,
           coalesce(sum(${PAYABLE}), 0)::bigint as payable
      from call_reversal r join hold h on h.id = r.hold_id where h.developer_id = :user
  ), payouts as (
    select coalesce(sum(amount) filter (where status = 'paid'), 0)::bigint as paid_out,
           coalesce(sum(amount) filter (where status = 'approved'), 0)::bigint as approved,
           coalesce(sum(amount) filter (where status in ('pending', 'approved')), 0)::bigint as reserved
      from (select p.status, p.amount_tokens as amount from payout p where p.tenant_id = :tenant and p.developer_id = :user) each
  )
  select c.share - r.share as total_earnings, c.share - r.share as total_earned, c.rest - r.rest as total_platform_share,
         c.payable - r.payable as payable_earnings, c.share - r.share - c.payable + r.payable as promotional_earnings,
         c.payable - r.payable - p.paid_out - p.approved as pending_payout, p.paid_out, p.reserved,
         c.payable - r.payable - p.paid_out - p.reserved as available
    from calls c, reversals r, payouts p`,
  Earnings,
);
const MONTHS = statement(
  `with moves as (
    select h.ended_at as at, ${SHARE} as share, h.captured_base as base, 1 as calls
      from hold h where h.developer_id = :user and h.app_id = :app_id and h.status = 'captured'
    union all
    select r.reversed_at, -r.share, -h.captured_base, 0
      from call_reversal r join hold h on h.id = r.hold_id where h.developer_id = :user and h.app_id = :app_id
  )
  select to_char(at at time zone 'UTC', 'YYYY-MM') as period, sum(share)::bigint as earnings, sum(base - share)::bigint as platform_share,
         sum(calls)::bigint as action_count
    from moves group by 1 order by 1`,
  EarningsPeriod,
);
/** `is_new`: this call reversed the hold; false if it was reversed before. */
const REVERSE = statement('select * from reverse_call(:hold_id, :reason, :by)', CallReversed, {
  ...{ tenant_id: 'text', user_id: 'text', balance: 'int8', is_new: 'bool' },
});

/** Developer earnings, computed from captured holds, reversals and payouts. */
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
