import { type AutoTopupState, billing } from '@skep/contracts/billing';
import { type Ctx, Database, Outbox, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { Prices } from '../topup/prices.js';
import type { Payer } from '../payment/payment-provider.js';
import { AutoTopupEntity } from './auto-topup.entity.js';
import { RechargeEntity } from './recharge.entity.js';

type Settings = Omit<AutoTopupEntity, 'tenant_id' | 'user_id' | 'off_reason' | 'monthly_cap_cents'> & { monthly_cap_cents?: number };
/** Whether a recharge may be charged. */
interface RechargeCheck {
  /** Automatic top-up is enabled and the balance is still below the threshold. */
  wanted: boolean;
  /** The month's cap covers it. */
  allowed: boolean;
}

/** US cents that automatic top-ups cost in this calendar month (UTC). */
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
const SET_THRESHOLD = statement('select set_recharge_threshold($1, $2)');
/** Applies new settings to a due recharge that was not tried yet. */
const UPDATE_UNTRIED = statement(`
  update recharge set tokens = $3, price_cents = $4, payment_method_id = $5, due_at = now()
   where (tenant_id, user_id) = ($1, $2) and status = 'due' and attempts = 0`);
const DISABLE = statement(
  `update auto_topup set enabled = false, off_reason = $3 where (tenant_id, user_id) = ($1, $2) and enabled returning user_id`,
);
const REMOVE_METHOD = ['auto_topup', 'recharge'].map((table) =>
  statement(`update ${table} set payment_method_id = '' where (tenant_id, user_id) = ($1, $2) and payment_method_id = $3`),
);
/** Backoff between tries: 30 s, doubled each time, at most an hour. */
const CLAIM_DUE = statement<RechargeEntity>(`
  update recharge set attempts = attempts + 1, due_at = now() + least(30 * 2 ^ attempts, 3600) * interval '1 second'
   where id in (select id from recharge where status = 'due' and due_at <= now() order by due_at limit 8 for update skip locked)
  returning *`);
const CHECK = statement<RechargeCheck>(`
  select a.enabled and w.balance < a.recharge_tokens * a.threshold_pct / 100 as wanted,
         ${SPENT} + $3 <= coalesce(a.monthly_cap_cents, 10 * a.recharge_cents) as allowed
    from auto_topup a join wallet w using (tenant_id, user_id) where (a.tenant_id, a.user_id) = ($1, $2)`);
const POSTPONE = statement(`
  update recharge set attempts = 0, due_at = date_trunc('month', now(), 'UTC') + interval '1 month' where id = $1 and status = 'due'`);
const END = statement<{ ended: boolean }>('select end_recharge($1, $2, $3, $4) as ended');

/** Settings of automatic top-ups, and their recharges. */
@Injectable()
export class AutoTopupRepository {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
    private readonly prices: Prices,
  ) {}

  /** The payer's settings and this month's spending; the defaults if they never set anything. */
  async getState({ tenant, user }: Payer): Promise<AutoTopupState> {
    const { tokens, cents } = this.prices.defaultRecharge;
    const state = await this.db.row(STATE, [tenant, user, tokens, cents]);
    if (!state) throw new Error(`no automatic top-up state for user ${user} of tenant ${tenant}`);
    return state;
  }

  /** Saves the caller's settings, applies them to the wallet and an untried recharge, and publishes the change. */
  async save(ctx: Ctx, settings: Settings): Promise<void> {
    const { tenant, user } = ctx;
    const { enabled, threshold_pct, recharge_tokens, recharge_cents, payment_method_id, monthly_cap_cents = null } = settings;
    const values = [tenant, user, enabled, threshold_pct, recharge_tokens, recharge_cents, payment_method_id, monthly_cap_cents];
    await this.db.transaction(async () => {
      await this.db.rows(SAVE, values);
      await this.db.rows(SET_THRESHOLD, [tenant, user]);
      await this.db.rows(UPDATE_UNTRIED, [tenant, user, recharge_tokens, recharge_cents, payment_method_id]);
      await this.publishChange(ctx, enabled, 'settings');
    });
  }

  /** Disables the user's automatic top-up and publishes the reason. Does nothing if it is disabled. */
  async disable(ctx: Ctx, reason: string): Promise<void> {
    await this.db.transaction(async () => {
      if (!(await this.db.row(DISABLE, [ctx.tenant, ctx.user, reason]))) return;
      await this.db.rows(SET_THRESHOLD, [ctx.tenant, ctx.user]);
      await this.publishChange(ctx, false, reason);
    });
  }

  /** Replaces a removed method by the default one, in the settings and in recharges. */
  async removeMethod({ tenant, user }: Payer, method: string): Promise<void> {
    for (const sql of REMOVE_METHOD) await this.db.rows(sql, [tenant, user, method]);
  }

  /** Claims due recharges: other instances skip them for at least 30 s. */
  claimDue(): Promise<RechargeEntity[]> {
    return this.db.rows(CLAIM_DUE);
  }

  /** Whether the recharge is still wanted, and allowed by the month's cap. */
  async check({ tenant_id, user_id, price_cents }: RechargeEntity): Promise<RechargeCheck> {
    return (await this.db.row(CHECK, [tenant_id, user_id, price_cents])) ?? { wanted: false, allowed: false };
  }

  /** Postpones the recharge to the next month, where it is checked again, and publishes `monthly_cap`. */
  async postponeToNextMonth(ctx: Ctx, { id }: RechargeEntity): Promise<void> {
    await this.db.transaction(async () => {
      await this.db.rows(POSTPONE, [id]);
      await this.publishChange(ctx, true, 'monthly_cap');
    });
  }

  /** Ends a paid recharge. Does nothing without an id. */
  async complete(id: string | undefined, paymentId: string): Promise<void> {
    if (id) await this.db.rows(END, [id, 'done', null, paymentId]);
  }

  /** Ends a recharge that is no longer wanted. */
  async drop({ id }: RechargeEntity): Promise<void> {
    await this.db.rows(END, [id, 'dropped', null, null]);
  }

  /** Ends a recharge that could not be paid, and disables the automatic top-up, which would only fail again. */
  async fail(ctx: Ctx, { id }: RechargeEntity, reason: string, paymentId: string | null): Promise<void> {
    await this.db.transaction(async () => {
      await this.disable(ctx, reason);
      await this.db.rows(END, [id, 'failed', reason, paymentId]);
    });
  }

  private publishChange({ tenant, user, ...ctx }: Ctx, enabled: boolean, reason: string): Promise<void> {
    return this.outbox.add(billing.autoTopupChanged, { ...ctx, tenant, user }, { tenant_id: tenant, user_id: user, enabled, reason });
  }
}
