import { PlanNotFound, type SetUserPlan as Input, type UserPlan } from '@skep/contracts/billing';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { ILike } from 'typeorm';
import { PlanEntity } from '../plan/plan.entity.js';
import { PriceSettings } from '../pricing/price-settings.js';
import { resolveUserRef, WalletRepository } from '../wallet/wallet.repository.js';
import { SubscriptionRepository } from './subscription.repository.js';
import { onManualPlan } from './terms.js';

/** Puts a user on a plan at once, without payment and without end. Idempotent. */
@Injectable()
export class SetUserPlan {
  constructor(
    private readonly db: Database,
    private readonly wallets: WalletRepository,
    private readonly subscriptions: SubscriptionRepository,
    private readonly prices: PriceSettings,
  ) {}

  /** @throws Problem `plan_not_found`, `subscription_conflict` while a payment is in progress, `user_not_found` */
  run(ctx: Ctx, { plan_ref, ...ref }: Input): Promise<UserPlan> {
    const owner = { ...ctx, ...resolveUserRef(ctx, ref) };
    return this.db.transaction(async () => {
      const plan = await this.findPlan(plan_ref);
      await this.wallets.getOrOpen(owner);
      const before = await this.subscriptions.lockOrCreate(owner);
      await this.subscriptions.assertNoOpenCharge(before);
      const after = onManualPlan(before, plan.id, new Date());
      if (after.plan !== before.plan) {
        await this.subscriptions.save(after, plan.id === 'free' ? 'expired' : 'subscribed');
        await this.grantIncluded(after, plan);
        await this.prices.publish(owner, 'user', owner.user, { plan: before.plan }, { plan: plan.id });
      } else if (after.billing_mode !== before.billing_mode) await this.subscriptions.save(after);
      return { user_id: owner.user, plan: plan.id, plan_id: plan.id, status: after.status };
    });
  }

  /** Grants what the plan includes for its first month. The credits of the free plan are granted when a wallet opens. */
  private async grantIncluded(subscription: Parameters<SubscriptionRepository['addCharge']>[0], { id, included_tokens }: PlanEntity) {
    if (id === 'free' || included_tokens === 0) return;
    const charge = await this.subscriptions.addCharge(subscription, { kind: 'subscribe', plan: id, cents: 0, tokens: included_tokens });
    const transaction_id = await this.subscriptions.grantIncluded(charge);
    await this.subscriptions.updateCharge(charge.id, { status: 'paid', transaction_id, ended_at: new Date() });
  }

  private async findPlan(ref: string): Promise<PlanEntity> {
    const plans = this.db.repository(PlanEntity);
    const literal = ref.replace(/[\\%_]/g, '\\$&');
    const plan = (await plans.findOneBy({ id: ref })) ?? (await plans.findOneBy({ name: ILike(literal) }));
    if (!plan) throw PlanNotFound();
    return plan;
  }
}
