import { Problem } from '@skep/contracts';
import { type Ctx, Database, LOG, type Log, newCtx, IntervalJob } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { BillingConfig } from '../billing.config.js';
import { type ChargeResult, PaymentProvider } from '../payment/payment-provider.js';
import { PaymentRepository } from '../payment/payment.repository.js';
import { PlanFeatures } from '../plan/plan-features.js';
import { AutoTopupRepository } from './auto-topup.repository.js';
import type { RechargeEntity } from './recharge.entity.js';

/** About six hours of tries; the provider keeps the idempotency key of the first one longer. */
const ATTEMPTS_MAX = 12;
/** Shorter than a claim (30 s), so that no other instance tries at the same time. */
const TIMEOUT_MS = 20_000;

/**
 * Charges due recharges. A row is one payment, however often it is tried, because its id is the payment's idempotency key. A refused card
 * disables the automatic top-up: Skep does not retry it without its owner.
 */
@Injectable()
export class RechargeWallets extends IntervalJob {
  constructor(
    private readonly autoTopups: AutoTopupRepository,
    private readonly payments: PaymentRepository,
    private readonly provider: PaymentProvider,
    private readonly features: PlanFeatures,
    private readonly db: Database,
    config: BillingConfig,
    @Inject(LOG) log: Log,
  ) {
    super(config.SKEP_PAYMENTS_MS, log, 'recharging wallets failed; retrying');
  }

  protected async execute(): Promise<void> {
    if (this.provider.name === 'off') return;
    await Promise.all((await this.autoTopups.claimDue()).map((recharge) => this.recharge(recharge)));
  }

  private async recharge(recharge: RechargeEntity): Promise<void> {
    const { id, tenant_id, user_id, attempts, price_cents, tokens, payment_method_id } = recharge;
    const ctx = newCtx({ tenant: tenant_id, user: user_id, actor: 'service:billing', deadline: Date.now() + TIMEOUT_MS });
    // After the first try the card may have been charged: from then on, only the provider's answer counts.
    if (attempts === 1) {
      const { wanted, allowed } = await this.autoTopups.check(recharge);
      if (!wanted) return this.autoTopups.drop(recharge);
      if (!(await this.features.allows(ctx, 'topups'))) return this.autoTopups.fail(ctx, recharge, 'plan', null);
      if (!allowed) return this.autoTopups.postponeToNextMonth(ctx, recharge);
    }
    try {
      const metadata = { kind: 'auto_topup', tokens, recharge: id };
      const options = { metadata, ...(payment_method_id && { method: payment_method_id }) };
      const charge = await this.provider.chargeSaved(ctx, price_cents, id, `${tokens} credits (automatic top-up)`, options);
      await this.applyResult(ctx, recharge, charge);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (attempts >= ATTEMPTS_MAX) await this.autoTopups.fail(ctx, recharge, 'provider_away', null);
    }
  }

  private async applyResult(ctx: Ctx, recharge: RechargeEntity, { status, payment_id, reason }: ChargeResult): Promise<void> {
    const { id, tokens, price_cents } = recharge;
    if (status !== 'succeeded' || !payment_id) {
      const why = status === 'requires_action' || reason === 'no_payment_method' ? (reason ?? status) : 'declined';
      return this.autoTopups.fail(ctx, recharge, why === 'authentication_required' ? 'requires_action' : why, payment_id);
    }
    await this.db.transaction(async () => {
      const payment = { id: payment_id, provider: this.provider.name, kind: 'auto_topup', tokens, price_cents };
      if (!(await this.payments.add(ctx, payment))) throw new Error(`payment ${payment_id} does not match recharge ${id}`);
      await this.payments.credit(ctx, payment_id);
      await this.autoTopups.complete(id, payment_id);
    });
  }
}
