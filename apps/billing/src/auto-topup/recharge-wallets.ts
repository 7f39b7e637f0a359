import { Problem } from '@skep/contracts';
import { type Ctx, Database, LOG, type Log, newCtx, IntervalJob } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { BillingConfig } from '../billing.config.js';
import { type Charge, PaymentProvider } from '../payment/payment-provider.js';
import { PaymentRepository } from '../payment/payment.repository.js';
import { AutoTopupRepository } from './auto-topup.repository.js';
import type { RechargeEntity } from './recharge.entity.js';

/** Tries within six hours, in which the provider still knows the key of the first. */
const ATTEMPTS_MAX = 12;
/** Less than a claim lasts: nobody else asks meanwhile. */
const TIMEOUT_MS = 20_000;

/**
 * Fills wallets that have run low. One row is one payment, whoever tries and however often, since its id is the payment's key. A
 * refusal switches the automatic top-up off: what was refused once is not tried again behind its owner's back.
 */
@Injectable()
export class RechargeWallets extends IntervalJob {
  constructor(
    private readonly autoTopups: AutoTopupRepository,
    private readonly payments: PaymentRepository,
    private readonly provider: PaymentProvider,
    private readonly db: Database,
    config: BillingConfig,
    @Inject(LOG) log: Log,
  ) {
    super(config.SKEP_PAYMENTS_MS, log, 'wallets could not be recharged; trying again');
  }

  protected async execute(): Promise<void> {
    if (this.provider.name === 'off') return;
    await Promise.all((await this.autoTopups.claim()).map((recharge) => this.recharge(recharge)));
  }

  private async recharge(recharge: RechargeEntity): Promise<void> {
    const { id, tenant_id, user_id, attempts, price_cents, tokens, payment_method_id } = recharge;
    const ctx = newCtx({ tenant: tenant_id, user: user_id, actor: 'service:billing', deadline: Date.now() + TIMEOUT_MS });
    // After the first try nobody knows whether it was paid: then only the provider can tell.
    if (attempts === 1) {
      const { wanted, allowed } = await this.autoTopups.needOf(recharge);
      if (!wanted) return this.autoTopups.drop(recharge);
      if (!allowed) return this.autoTopups.putOff(ctx, recharge);
    }
    try {
      const metadata = { kind: 'auto_topup', tokens, recharge: id };
      const options = { metadata, ...(payment_method_id && { method: payment_method_id }) };
      const charge = await this.provider.chargeSaved(ctx, price_cents, id, `${tokens} credits (automatic top-up)`, options);
      await this.end(ctx, recharge, charge);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (attempts >= ATTEMPTS_MAX) await this.autoTopups.fail(ctx, recharge, 'provider_away', null);
    }
  }

  private async end(ctx: Ctx, recharge: RechargeEntity, { status, payment_id, reason }: Charge): Promise<void> {
    const { id, tokens, price_cents } = recharge;
    if (status !== 'succeeded' || !payment_id) {
      const why = status === 'requires_action' || reason === 'no_payment_method' ? (reason ?? status) : 'declined';
      return this.autoTopups.fail(ctx, recharge, why === 'authentication_required' ? 'requires_action' : why, payment_id);
    }
    await this.db.transaction(async () => {
      const payment = { id: payment_id, provider: this.provider.name, kind: 'auto_topup', tokens, price_cents };
      if (!(await this.payments.add(ctx, payment))) throw new Error(`payment ${payment_id} is of another order than ${id}`);
      await this.payments.credit(ctx, payment_id);
      await this.autoTopups.recharged(id, payment_id);
    });
  }
}
