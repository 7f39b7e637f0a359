import { type ChangePlan as Input, PaymentNotCompleted, type PlanChange, PlanNotForSale, SubscriptionConflict } from '@skep/contracts';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { PaymentProvider } from '../payment/payment-provider.js';
import { WalletRepository } from '../wallet/wallet.repository.js';
import { PayPlan } from './pay-plan.js';
import type { PlanChargeEntity } from './plan-charge.entity.js';
import type { SubscriptionEntity } from './subscription.entity.js';
import { SubscriptionRepository } from './subscription.repository.js';
import { decide, leased, mustAllow, stateOf } from './terms.js';

const ACTIONS = { subscribe: 'subscribe', upgrade: 'upgrade', renewal: 'keep' } as const;

/**
 * Takes another plan. What the card will be charged is committed before the card is asked: whatever happens to this process then,
 * the charge is made once and has its effect. Asking for the same plan again while a charge is open goes on with that charge.
 */
@Injectable()
export class ChangePlan {
  constructor(
    private readonly db: Database,
    private readonly wallets: WalletRepository,
    private readonly subscriptions: SubscriptionRepository,
    private readonly pay: PayPlan,
    private readonly provider: PaymentProvider,
  ) {}

  async run(ctx: Ctx, { plan_id }: Input): Promise<PlanChange> {
    const begun = await this.db.transaction(() => this.begin(ctx, plan_id));
    if ('action' in begun) return begun;
    const { charge, subscription, client_secret } = await this.pay.run(begun, ctx.deadline);
    if (charge.status === 'declined') throw PaymentNotCompleted('Your card was not charged: there is none, or it was declined.');
    const succeeded = charge.status === 'paid';
    return {
      ...{ action: ACTIONS[charge.move], plan: plan_id, succeeded, requires_action: !succeeded, client_secret },
      effective_at: succeeded ? subscription.period_start : null,
      pending: false,
    };
  }

  /** Decides; the answer, or the charge that must be paid first. */
  private async begin(ctx: Ctx, plan_id: string): Promise<PlanChange | PlanChargeEntity> {
    await this.wallets.balanceOf(ctx);
    const subscription = await this.subscriptions.lock(ctx);
    const to = await this.subscriptions.plan(plan_id);
    const open = await this.subscriptions.openCharge(subscription);
    if (open?.plan === plan_id) return open;
    if (open) throw SubscriptionConflict('A payment for another plan is under way. Try again soon.');
    mustAllow(subscription, 'change');
    const from = await this.subscriptions.plan(subscription.plan);
    if (!to.for_sale && to.id !== from.id) throw PlanNotForSale();
    const decision = decide(subscription, from, to, new Date());
    if (decision.action === 'pay') {
      if (decision.charge.cents > 0) this.provider.mustTakePayments();
      await this.subscriptions.save(leased(subscription));
      return this.subscriptions.addCharge(subscription, decision.charge);
    }
    return this.later(subscription, decision.action, to.id);
  }

  private async later(subscription: SubscriptionEntity, action: 'keep' | 'cancel' | 'downgrade', plan: string): Promise<PlanChange> {
    const { period_end, period_start } = subscription;
    const at_end = { cancel_at_period_end: action === 'cancel', next_plan: action === 'downgrade' ? plan : null };
    const move = ({ keep: 'resumed', cancel: 'cancelled', downgrade: 'downgrade_planned' } as const)[action];
    const goesOn = action === 'keep' && stateOf(subscription) === 'active';
    if (!goesOn) await this.subscriptions.save({ ...subscription, ...at_end }, move);
    const pending = action !== 'keep';
    return {
      ...{ action, plan, succeeded: true, requires_action: false, client_secret: null },
      effective_at: pending ? period_end : period_start,
      pending,
    };
  }
}
