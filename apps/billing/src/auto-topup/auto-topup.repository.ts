import { type AutoTopupState, billing } from '@skep/contracts';
import { type Ctx, Database, Outbox, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { Prices } from '../topup/prices.js';
import type { Payer } from '../payment/payment-provider.js';
import { AutoTopupEntity } from './auto-topup.entity.js';
import { RechargeEntity } from './recharge.entity.js';

type Settings = Omit<AutoTopupEntity, 'tenant_id' | 'user_id' | 'off_reason' | 'monthly_cap_cents'> & { monthly_cap_cents?: number };
/** How a recharge stands before it is charged. */
interface Need {
  /** It is switched on, and the balance is still below the threshold. */
  wanted: boolean;
  allowed: boolean;
}

/** What automatic top-ups have cost this month. */
const SPENT = `(
  select coalesce(sum(p.price_cents), 0)::bigint from payment p
   where (p.tenant_id, p.user_id) = ($1, $2) and p.kind = 'auto_topup' and p.credited_at >= date_trunc('month', now(), 'UTC'))`;
const STATE = statement<AutoTopupState>(`
  select a.enabled, a.threshold_pct, a.recharge_tokens, a.recharge_cents, a.payment_method_id, a.off_reason,
         a.recharge_tokens * a.threshold_pct / 100 as threshold_tokens, ${SPENT} as spent_this_month_cents,
         coalesce(a.monthly_cap_cents, 10 * a.recharge_cents) as monthly_cap_cents,
         (select max(p.credited_at) from payment p where (p.tenant_id, p.user_id) = ($1, $2) and p.kind = 'auto_topup') as last_topup_at
    from (select * from auto_topup where (tenant_id, user_id) = ($1, $2)
          union all
          select $1, $2, false, 10, $3::bigint, $4::bigint, '', null::bigint, null::text
           where not exists (select from auto_topup where (tenant_id, user_id) = ($1, $2))) a`);
const SAVE = statement(`
  insert into auto_topup (tenant_id, user_id, enabled, threshold_pct, recharge_tokens, recharge_cents, payment_method_id, monthly_cap_cents)
  values ($1, $2, $3, $4, $5, $6, $7, $8)
  on conflict (tenant_id, user_id) do update
    set (enabled, threshold_pct, recharge_tokens, recharge_cents, payment_method_id, off_reason, monthly_cap_cents)
      = (excluded.enabled, excluded.threshold_pct, excluded.recharge_tokens, excluded.recharge_cents, excluded.payment_method_id, null,
         coalesce(excluded.monthly_cap_cents, auto_topup.monthly_cap_cents))`);
const ARM = statement('select arm_recharge($1, $2)');
/** One that nobody was asked for yet goes by the new settings. */
const RENEW = statement(`
  update recharge set tokens = $3, price_cents = $4, payment_method_id = $5, due_at = now()
   where (tenant_id, user_id) = ($1, $2) and status = 'due' and attempts = 0`);
const OFF = statement(
  `update auto_topup set enabled = false, off_reason = $3 where (tenant_id, user_id) = ($1, $2) and enabled returning user_id`,
);
const FORGET = ['auto_topup', `recharge`].map((table) =>
  statement(`update ${table} set payment_method_id = '' where (tenant_id, user_id) = ($1, $2) and payment_method_id = $3`),
);
/** The longer it takes the less often it is tried: after 30 s, a minute, two, … an hour. */
const CLAIM = statement<RechargeEntity>(`
  update recharge set attempts = attempts + 1, due_at = now() + least(30 * 2 ^ attempts, 3600) * interval '1 second'
   where id in (select id from recharge where status = 'due' and due_at <= now() order by due_at limit 8 for update skip locked)
  returning *`);
const NEED = statement<Need>(`
  select a.enabled and w.balance < a.recharge_tokens * a.threshold_pct / 100 as wanted,
         ${SPENT} + $3 <= coalesce(a.monthly_cap_cents, 10 * a.recharge_cents) as allowed
    from auto_topup a join wallet w using (tenant_id, user_id) where (a.tenant_id, a.user_id) = ($1, $2)`);
const NEXT_MONTH = statement(`
  update recharge set attempts = 0, due_at = date_trunc('month', now(), 'UTC') + interval '1 month' where id = $1 and status = 'due'`);
const END = statement<{ ended: boolean }>('select end_recharge($1, $2, $3, $4) as ended');

@Injectable()
export class AutoTopupRepository {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
    private readonly prices: Prices,
  ) {}

  /** Somebody's settings and what has come of them; the defaults where nothing was set. */
  async stateOf({ tenant, user }: Payer): Promise<AutoTopupState> {
    const { tokens, cents } = this.prices.recharge;
    const state = await this.db.row(STATE, [tenant, user, tokens, cents]);
    if (!state) throw new Error('settings that are not there');
    return state;
  }

  /** Sets how the caller's wallet fills itself. */
  async save(ctx: Ctx, settings: Settings): Promise<void> {
    const { tenant, user } = ctx;
    const { enabled, threshold_pct, recharge_tokens, recharge_cents, payment_method_id, monthly_cap_cents = null } = settings;
    const values = [tenant, user, enabled, threshold_pct, recharge_tokens, recharge_cents, payment_method_id, monthly_cap_cents];
    await this.db.transaction(async () => {
      await this.db.rows(SAVE, values);
      await this.db.rows(ARM, [tenant, user]);
      await this.db.rows(RENEW, [tenant, user, recharge_tokens, recharge_cents, payment_method_id]);
      await this.tell(ctx, enabled, 'settings');
    });
  }

  /** Switches somebody's off, and tells why; nothing where it is off. */
  async switchOff(ctx: Ctx, reason: string): Promise<void> {
    await this.db.transaction(async () => {
      if (!(await this.db.row(OFF, [ctx.tenant, ctx.user, reason]))) return;
      await this.db.rows(ARM, [ctx.tenant, ctx.user]);
      await this.tell(ctx, false, reason);
    });
  }

  /** From now on the default method is charged where this one was named. */
  async forgetMethod({ tenant, user }: Payer, method: string): Promise<void> {
    for (const forget of FORGET) await this.db.rows(forget, [tenant, user, method]);
  }

  /** Recharges that it is time to ask for; no other instance gets them for as long as that can take. */
  claim(): Promise<RechargeEntity[]> {
    return this.db.rows(CLAIM);
  }

  async needOf({ tenant_id, user_id, price_cents }: RechargeEntity): Promise<Need> {
    return (await this.db.row(NEED, [tenant_id, user_id, price_cents])) ?? { wanted: false, allowed: false };
  }

  /** Waits for the next month, in which it will be seen whether it is still wanted, and says so. */
  async putOff(ctx: Ctx, { id }: RechargeEntity): Promise<void> {
    await this.db.transaction(async () => {
      await this.db.rows(NEXT_MONTH, [id]);
      await this.tell(ctx, true, 'monthly_cap');
    });
  }

  /** Ends one that was paid. */
  async recharged(id: string | undefined, paymentId: string): Promise<void> {
    if (id) await this.db.rows(END, [id, 'done', null, paymentId]);
  }

  async drop({ id }: RechargeEntity): Promise<void> {
    await this.db.rows(END, [id, 'dropped', null, null]);
  }

  /** Ends one that could not be paid, and switches off what would only fail again. */
  async fail(ctx: Ctx, { id }: RechargeEntity, reason: string, paymentId: string | null): Promise<void> {
    await this.db.transaction(async () => {
      await this.switchOff(ctx, reason);
      await this.db.rows(END, [id, 'failed', reason, paymentId]);
    });
  }

  private tell({ tenant, user, ...ctx }: Ctx, enabled: boolean, reason: string): Promise<void> {
    return this.outbox.add(billing.autoTopupChanged, { ...ctx, tenant, user }, { tenant_id: tenant, user_id: user, enabled, reason });
  }
}
