import {
  type ChangePlan as Input,
  PaymentNotCompleted,
  type PlanChange,
  PlanNotForSale,
  SubscriptionConflict,
} from '@skep/contracts/billing';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { PaymentProvider } from '../payment/payment-provider.js';
import { WalletRepository } from '../wallet/wallet.repository.js';
import { PayPlan } from './pay-plan.js';
import type { PlanChargeEntity } from './plan-charge.entity.js';
import type { SubscriptionEntity } from './subscription.entity.js';
import { SubscriptionRepository } from './subscription.repository.js';
import { decidePlanChange, withLease, assertAllowed, stateOf } from './terms.js';

const ACTIONS = { subscribe: 'subscribe', upgrade: 'upgrade', renewal: 'keep' } as const;

/**
 * Changes the caller's plan. The charge is committed before the card is charged, so that it happens once and takes effect even if this
 * process dies. A repeated request for the same plan continues its open charge.
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

  /** @throws Problem `plan_not_found`, `plan_not_for_sale`, `subscription_conflict`, `payment_not_completed`, `payment_provider_away`, `not_configured`. */
  async run(ctx: Ctx, { plan_id }: Input): Promise<PlanChange> {
    const started = await this.db.transaction(() => this.begin(ctx, plan_id));
    if ('action' in started) return started;
    const { charge, subscription, client_secret } = await this.pay.run(started, ctx.deadline);
    if (charge.status === 'declined') throw PaymentNotCompleted('Your card was not charged: no card is saved, or it was declined.');
    const succeeded = charge.status === 'paid';
    return {
      ...{ action: ACTIONS[charge.kind], plan: plan_id, succeeded, requires_action: !succeeded, client_secret },
      effective_at: succeeded ? subscription.period_start : null,
      pending: false,
    };
  }

  /** Decides on the change. Returns its result, or the charge that must be paid first. */
  private async begin(ctx: Ctx, plan_id: string): Promise<PlanChange | PlanChargeEntity> {
    await this.wallets.getOrOpen(ctx);
    const subscription = await this.subscriptions.lockOrCreate(ctx);
    const to = await this.subscriptions.getPlan(plan_id);
    const open = await this.subscriptions.findOpenCharge(subscription);
    if (open?.plan === plan_id) return open;
    if (open) throw SubscriptionConflict(`A payment for the plan ${open.plan} is in progress. Try again in a minute.`);
    assertAllowed(subscription, 'change');
    const from = await this.subscriptions.getPlan(subscription.plan);
    if (!to.for_sale && to.id !== from.id) throw PlanNotForSale();
    const decision = decidePlanChange(subscription, from, to, new Date());
    if (decision.action === 'pay') {
      if (decision.charge.cents > 0) this.provider.assertEnabled();
      await this.subscriptions.save(withLease(subscription));
      return this.subscriptions.addCharge(subscription, decision.charge);
    }
    return this.changeAtPeriodEnd(subscription, decision.action, to.id);
  }

  /** Applies a change that costs nothing now. */
  private async changeAtPeriodEnd(
    subscription: SubscriptionEntity,
    action: 'keep' | 'cancel' | 'downgrade',
    plan: string,
  ): Promise<PlanChange> {
    const { period_end, period_start } = subscription;
    const atPeriodEnd = { cancel_at_period_end: action === 'cancel', next_plan: action === 'downgrade' ? plan : null };
    const transition = ({ keep: 'resumed', cancel: 'cancelled', downgrade: 'downgrade_planned' } as const)[action];
    const unchanged = action === 'keep' && stateOf(subscription) === 'active';
    if (!unchanged) await this.subscriptions.save({ ...subscription, ...atPeriodEnd }, transition);
    const pending = action !== 'keep';
    return {
      ...{ action, plan, succeeded: true, requires_action: false, client_secret: null },
      effective_at: pending ? period_end : period_start,
      pending,
    };
  }
}
