import { AutoTopupState, billing } from '@skep/contracts/billing';
import { type Ctx, Database, Outbox, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { Prices } from '../topup/prices.js';
import type { Payer } from '../payment/payment-provider.js';
import { AutoTopupEntity } from './auto-topup.entity.js';
import { RechargeEntity } from './recharge.entity.js';

type Settings = Omit<AutoTopupEntity, 'tenant_id' | 'user_id' | 'off_reason' | 'monthly_cap_cents'> & { monthly_cap_cents?: number };

/** US cents that automatic top-ups cost in this calendar month (UTC). */
const SPENT = `(
  select coalesce(sum(p.price_cents), 0)::bigint from payment p
   where (p.tenant_id, p.user_id) = (:tenant_id, :user_id) and p.kind = 'auto_topup' and p.credited_at >= date_trunc('month', now(), 'UTC'))`;
/** US cents that they may cost a month. */
const CAP = 'coalesce(a.monthly_cap_cents, 10 * a.recharge_cents)';
const STATE = statement(
  `select a.enabled, a.threshold_pct, a.recharge_tokens, a.recharge_cents, a.payment_method_id, a.off_reason,
         recharge_threshold(a.recharge_tokens, a.threshold_pct) as threshold_tokens, ${SPENT} as spent_this_month_cents,
         ${CAP} as monthly_cap_cents,
         (select max(p.credited_at) from payment p where (p.tenant_id, p.user_id) = (:tenant_id, :user_id) and p.kind = 'auto_topup') as last_topup_at
    from (select * from auto_topup where (tenant_id, user_id) = (:tenant_id, :user_id)
          union all
          select :tenant_id, :user_id, false, 10, :tokens::bigint, :cents::bigint, '', null::bigint, null::text
           where not exists (select from auto_topup where (tenant_id, user_id) = (:tenant_id, :user_id))) a`,
  AutoTopupState,
);
const SAVE = statement(`
  insert into auto_topup (tenant_id, user_id, enabled, threshold_pct, recharge_tokens, recharge_cents, payment_method_id, monthly_cap_cents)
  values (:tenant_id, :user_id, :enabled, :threshold_pct, :recharge_tokens, :recharge_cents, :payment_method_id, :monthly_cap_cents)
  on conflict (tenant_id, user_id) do update
    set (enabled, threshold_pct, recharge_tokens, recharge_cents, payment_method_id, off_reason, monthly_cap_cents)
      = (excluded.enabled, excluded.threshold_pct, excluded.recharge_tokens, excluded.recharge_cents, excluded.payment_method_id, null,
         coalesce(excluded.monthly_cap_cents, auto_topup.monthly_cap_cents))`);
const SET_THRESHOLD = statement('select set_recharge_threshold(:tenant_id, :user_id)');
/** Backoff between tries: 30 s, doubled each time, at most an hour. */
const CLAIM_DUE = statement(
  `update recharge set attempts = attempts + 1, due_at = now() + least(30 * 2 ^ attempts, 3600) * interval '1 second'
   where id in (select id from recharge where status = 'due' and due_at <= now() order by due_at limit 8 for update skip locked)
  returning *`,
  RechargeEntity,
);
/** `wanted`: automatic top-up is enabled and the balance is still below the threshold. `allowed`: the month's cap covers the recharge. */
const CHECK = statement(
  `select a.enabled and w.balance < recharge_threshold(a.recharge_tokens, a.threshold_pct) as wanted,
         ${SPENT} + :price_cents <= ${CAP} as allowed
    from auto_topup a join wallet w using (tenant_id, user_id) where (a.tenant_id, a.user_id) = (:tenant_id, :user_id)`,
  { wanted: 'bool', allowed: 'bool' },
);
const POSTPONE = statement(`
  update recharge set attempts = 0, due_at = date_trunc('month', now(), 'UTC') + interval '1 month' where id = :id and status = 'due'`);
const END = statement('select end_recharge(:id, :status, :reason, :payment_id) as ended', { ended: 'bool' });

const keyOf = ({ tenant, user }: Payer) => ({ tenant_id: tenant, user_id: user });

/** Settings of automatic top-ups, and their recharges. */
@Injectable()
export class AutoTopupRepository {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
    private readonly prices: Prices,
  ) {}

  /** The payer's settings and this month's spending; the defaults if they never set anything. */
  async getState(payer: Payer): Promise<AutoTopupState> {
    const { defaultRecharge } = await this.prices.current();
    const state = await this.db.row(STATE, { ...keyOf(payer), ...defaultRecharge });
    if (!state) throw new Error(`no automatic top-up state for user ${payer.user} of tenant ${payer.tenant}`);
    return state;
  }

  /** Saves the caller's settings, applies them to the wallet and an untried recharge, and publishes the change. */
  async save(ctx: Ctx, settings: Settings): Promise<void> {
    const { enabled, recharge_tokens: tokens, recharge_cents: price_cents, payment_method_id, monthly_cap_cents } = settings;
    const key = keyOf(ctx);
    await this.db.transaction(async () => {
      await this.db.rows(SAVE, { ...key, ...settings, monthly_cap_cents });
      await this.db.rows(SET_THRESHOLD, key);
      const untried = { ...key, status: 'due', attempts: 0 };
      await this.db.repository(RechargeEntity).update(untried, { tokens, price_cents, payment_method_id, due_at: new Date() });
      await this.publishChange(ctx, enabled, 'settings');
    });
  }

  /** Disables the user's automatic top-up and publishes the reason. Does nothing if it is disabled. */
  async disable(ctx: Ctx, reason: string): Promise<void> {
    const key = keyOf(ctx);
    await this.db.transaction(async () => {
      const changes = { enabled: false, off_reason: reason };
      if (!(await this.db.repository(AutoTopupEntity).update({ ...key, enabled: true }, changes)).affected) return;
      await this.db.rows(SET_THRESHOLD, key);
      await this.publishChange(ctx, false, reason);
    });
  }

  /** Replaces a removed method by the default one, in the settings and in recharges. */
  async removeMethod(payer: Payer, method: string): Promise<void> {
    const where = { ...keyOf(payer), payment_method_id: method };
    await this.db.repository(AutoTopupEntity).update(where, { payment_method_id: '' });
    await this.db.repository(RechargeEntity).update(where, { payment_method_id: '' });
  }

  /** Claims due recharges: other instances skip them for at least 30 s. */
  claimDue(): Promise<RechargeEntity[]> {
    return this.db.rows(CLAIM_DUE);
  }

  /** Whether the recharge is still wanted, and allowed by the month's cap. */
  async check(recharge: RechargeEntity) {
    return (await this.db.row(CHECK, recharge)) ?? { wanted: false, allowed: false };
  }

  /** Postpones the recharge to the next month, where it is checked again, and publishes `monthly_cap`. */
  async postponeToNextMonth(ctx: Ctx, { id }: RechargeEntity): Promise<void> {
    await this.db.transaction(async () => {
      await this.db.rows(POSTPONE, { id });
      await this.publishChange(ctx, true, 'monthly_cap');
    });
  }

  /** Ends a paid recharge. Does nothing without an id. */
  async complete(id: string | undefined, paymentId: string): Promise<void> {
    if (id) await this.end(id, 'done', null, paymentId);
  }

  /** Ends a recharge that is no longer wanted. */
  async drop({ id }: RechargeEntity): Promise<void> {
    await this.end(id, 'dropped');
  }

  /** Ends a recharge that could not be paid, and disables the automatic top-up, which would only fail again. */
  async fail(ctx: Ctx, { id }: RechargeEntity, reason: string, paymentId: string | null): Promise<void> {
    await this.db.transaction(async () => {
      await this.disable(ctx, reason);
      await this.end(id, 'failed', reason, paymentId);
    });
  }

  private async end(id: string, status: string, reason: string | null = null, payment_id: string | null = null): Promise<void> {
    await this.db.rows(END, { id, status, reason, payment_id });
  }

  private publishChange({ tenant, user, ...ctx }: Ctx, enabled: boolean, reason: string): Promise<void> {
    return this.outbox.add(billing.autoTopupChanged, { ...ctx, tenant, user }, { tenant_id: tenant, user_id: user, enabled, reason });
  }
}
