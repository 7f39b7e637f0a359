import { PaymentNotCompleted } from '@skep/contracts';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { PaymentProvider } from '../payment/payment-provider.js';
import { WalletRepository } from '../wallet/wallet.repository.js';
import { type Paid, PayPlan } from './pay-plan.js';
import type { PlanChargeEntity } from './plan-charge.entity.js';
import { SubscriptionRepository } from './subscription.repository.js';
import { chargeFor, leased, mustAllow } from './terms.js';

/** Pays for a plan that has expired or is past due, with the saved card, now. As with a change of plan, nothing is lost by a crash. */
@Injectable()
export class RenewNow {
  constructor(
    private readonly db: Database,
    private readonly wallets: WalletRepository,
    private readonly subscriptions: SubscriptionRepository,
    private readonly pay: PayPlan,
    private readonly provider: PaymentProvider,
  ) {}

  async run(ctx: Ctx): Promise<Paid> {
    const begun = await this.db.transaction(() => this.begin(ctx));
    const paid = await this.pay.run(begun, ctx.deadline);
    if (paid.charge.status === 'paid') return paid;
    throw PaymentNotCompleted('Your card was not charged: there is none, it was declined, or its owner must confirm the payment.');
  }

  private async begin(ctx: Ctx): Promise<PlanChargeEntity> {
    await this.wallets.balanceOf(ctx);
    const subscription = await this.subscriptions.lock(ctx);
    const open = await this.subscriptions.openCharge(subscription);
    if (open?.move === 'renewal') return open;
    mustAllow(subscription, 'renew');
    this.provider.mustTakePayments();
    await this.subscriptions.mustHaveNoOpenCharge(subscription);
    const { lapsed_plan, next_plan, plan } = subscription;
    await this.subscriptions.save(leased(subscription));
    return this.subscriptions.addCharge(
      subscription,
      chargeFor('renewal', await this.subscriptions.plan(lapsed_plan ?? next_plan ?? plan)),
    );
  }
}
