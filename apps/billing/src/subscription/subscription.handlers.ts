import { billing, type ChangePlan as ChangeInput, type SubscriptionUpdate, type UserRef } from '@skep/contracts';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { personNamed, WalletRepository } from '../wallet/wallet.repository.js';
import { ChangePlan } from './change-plan.js';
import { MoveSubscription } from './move-subscription.js';
import { RenewNow } from './renew-now.js';
import type { SubscriptionEntity } from './subscription.entity.js';
import { SubscriptionRepository } from './subscription.repository.js';
import { cancelled } from './terms.js';

@Handlers()
export class SubscriptionHandlers {
  constructor(
    private readonly wallets: WalletRepository,
    private readonly subscriptions: SubscriptionRepository,
    private readonly change: ChangePlan,
    private readonly move: MoveSubscription,
    private readonly renew: RenewNow,
  ) {}

  @Handle(billing.getSubscription)
  async getSubscription(ctx: Ctx) {
    const { created_at } = await this.wallets.balanceOf(ctx);
    return told(await this.subscriptions.find(ctx), created_at);
  }

  @Handle(billing.getUserSubscription)
  async getUserSubscription(ctx: Ctx, input: UserRef) {
    const owner = personNamed(ctx, input);
    const { created_at } = await this.wallets.look(owner);
    return told(await this.subscriptions.find(owner), created_at);
  }

  @Handle(billing.changePlan)
  changePlan(ctx: Ctx, input: ChangeInput) {
    return this.change.run(ctx, input);
  }

  @Handle(billing.cancelSubscription)
  async cancelSubscription(ctx: Ctx) {
    return moved(await this.move.run(ctx, 'cancel', cancelled));
  }

  @Handle(billing.resumeSubscription)
  async resumeSubscription(ctx: Ctx) {
    const resumed = (subscription: SubscriptionEntity) => ({ ...subscription, cancel_at_period_end: false, next_plan: null });
    return moved(await this.move.run(ctx, 'resume', resumed));
  }

  @Handle(billing.renewSubscription)
  async renewSubscription(ctx: Ctx): Promise<SubscriptionUpdate> {
    const { subscription, charge } = await this.renew.run(ctx);
    return { ...moved(subscription), ...(charge.payment_id && { payment_intent_id: charge.payment_id }) };
  }
}

const moved = ({ status, plan, period_end, cancel_at_period_end }: SubscriptionEntity): SubscriptionUpdate => ({
  ...{ status, plan, expires_at: period_end, cancel_at_period_end },
});

/** Somebody without a row is on the free plan, since the wallet opened. */
function told(subscription: SubscriptionEntity | null, opened: Date) {
  const free = { plan: 'free', status: 'active', started_at: opened, billing_mode: 'free', cancel_at_period_end: false };
  const { billing_mode, cancel_at_period_end } = subscription ?? free;
  return {
    ...{ period_end: null, contract_amount_cents: null, billing_note: null, next_plan: null, ...free, ...subscription },
    expires_at: subscription?.period_end ?? null,
    card_required: billing_mode === 'card' && !cancel_at_period_end,
  };
}
