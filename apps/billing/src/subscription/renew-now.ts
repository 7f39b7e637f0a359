import { PaymentNotCompleted } from '@skep/contracts/billing';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { PaymentProvider } from '../payment/payment-provider.js';
import { WalletRepository } from '../wallet/wallet.repository.js';
import { type PlanPayment, PayPlan } from './pay-plan.js';
import type { PlanChargeEntity } from './plan-charge.entity.js';
import { SubscriptionRepository } from './subscription.repository.js';
import { buildCharge, withLease, assertAllowed } from './terms.js';

/** Renews an expired or past due plan with the saved card at once. Like ChangePlan, it survives a crash. */
@Injectable()
export class RenewNow {
  constructor(
    private readonly db: Database,
    private readonly wallets: WalletRepository,
    private readonly subscriptions: SubscriptionRepository,
    private readonly pay: PayPlan,
    private readonly provider: PaymentProvider,
  ) {}

  /** @throws Problem `subscription_conflict`, `payment_not_completed`, `payment_provider_away`, `not_configured`. */
  async run(ctx: Ctx): Promise<PlanPayment> {
    const charge = await this.db.transaction(() => this.begin(ctx));
    const paid = await this.pay.run(charge, ctx.deadline);
    if (paid.charge.status === 'paid') return paid;
    throw PaymentNotCompleted('Your card was not charged: no card is saved, it was declined, or its owner must confirm the payment.');
  }

  private async begin(ctx: Ctx): Promise<PlanChargeEntity> {
    await this.wallets.getOrOpen(ctx);
    const subscription = await this.subscriptions.lockOrCreate(ctx);
    const open = await this.subscriptions.findOpenCharge(subscription);
    if (open?.kind === 'renewal') return open;
    assertAllowed(subscription, 'renew');
    this.provider.assertEnabled();
    await this.subscriptions.assertNoOpenCharge(subscription);
    const { lapsed_plan, next_plan, plan } = subscription;
    await this.subscriptions.save(withLease(subscription));
    return this.subscriptions.addCharge(
      subscription,
      buildCharge('renewal', await this.subscriptions.getPlan(lapsed_plan ?? next_plan ?? plan)),
    );
  }
}
