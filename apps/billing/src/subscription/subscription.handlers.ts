import type { UserRef } from '@skep/contracts/auth';
import { billing, type ChangePlan as ChangeInput, type SetUserPlan as SetInput, type SubscriptionUpdate } from '@skep/contracts/billing';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { resolveUserRef, WalletRepository } from '../wallet/wallet.repository.js';
import { ChangePlan } from './change-plan.js';
import { UpdateSubscription } from './update-subscription.js';
import { RenewNow } from './renew-now.js';
import { SetUserPlan } from './set-user-plan.js';
import type { SubscriptionEntity } from './subscription.entity.js';
import { SubscriptionRepository } from './subscription.repository.js';
import { toCancelled, toResumed } from './terms.js';

/** Operations on subscriptions. */
@Handlers()
export class SubscriptionHandlers {
  constructor(
    private readonly wallets: WalletRepository,
    private readonly subscriptions: SubscriptionRepository,
    private readonly change: ChangePlan,
    private readonly setPlan: SetUserPlan,
    private readonly update: UpdateSubscription,
    private readonly renew: RenewNow,
  ) {}

  @Handle(billing.getSubscription)
  async getSubscription(ctx: Ctx) {
    const { created_at } = await this.wallets.getOrOpen(ctx);
    return toSubscription(await this.subscriptions.find(ctx), created_at);
  }

  @Handle(billing.getUserSubscription)
  async getUserSubscription(ctx: Ctx, input: UserRef) {
    const owner = resolveUserRef(ctx, input);
    const { created_at } = await this.wallets.peek(owner);
    return toSubscription(await this.subscriptions.find(owner), created_at);
  }

  @Handle(billing.changePlan)
  changePlan(ctx: Ctx, input: ChangeInput) {
    return this.change.run(ctx, input);
  }

  @Handle(billing.setUserPlan)
  setUserPlan(ctx: Ctx, input: SetInput) {
    return this.setPlan.run(ctx, input);
  }

  @Handle(billing.cancelSubscription)
  async cancelSubscription(ctx: Ctx) {
    return toSubscriptionUpdate(await this.update.run(ctx, 'cancel', toCancelled));
  }

  @Handle(billing.resumeSubscription)
  async resumeSubscription(ctx: Ctx) {
    return toSubscriptionUpdate(await this.update.run(ctx, 'resume', toResumed));
  }

  @Handle(billing.renewSubscription)
  async renewSubscription(ctx: Ctx): Promise<SubscriptionUpdate> {
    const { subscription, charge } = await this.renew.run(ctx);
    return { ...toSubscriptionUpdate(subscription), ...(charge.payment_id && { payment_intent_id: charge.payment_id }) };
  }
}

const toSubscriptionUpdate = ({ status, plan, period_end, cancel_at_period_end }: SubscriptionEntity): SubscriptionUpdate => ({
  ...{ status, plan, expires_at: period_end, cancel_at_period_end },
});

/** Without a row the user has been on the free plan since their wallet opened. */
function toSubscription(subscription: SubscriptionEntity | null, walletCreatedAt: Date) {
  const free = { plan: 'free', status: 'active', started_at: walletCreatedAt, billing_mode: 'free', cancel_at_period_end: false };
  const { billing_mode, cancel_at_period_end } = subscription ?? free;
  return {
    ...{ period_end: null, contract_amount_cents: null, billing_note: null, next_plan: null, ...free, ...subscription },
    expires_at: subscription?.period_end ?? null,
    card_required: billing_mode === 'card' && !cancel_at_period_end,
  };
}
