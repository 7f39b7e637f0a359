import type { SubscriptionTransition } from '@skep/contracts';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { WalletRepository } from '../wallet/wallet.repository.js';
import type { SubscriptionEntity } from './subscription.entity.js';
import { SubscriptionRepository } from './subscription.repository.js';
import { mustAllow } from './terms.js';

const MOVES: Readonly<Record<'cancel' | 'resume', SubscriptionTransition>> = { cancel: 'cancelled', resume: 'resumed' };

/** Changes what will happen to the caller's subscription, where nothing need be paid. */
@Injectable()
export class MoveSubscription {
  constructor(
    private readonly db: Database,
    private readonly wallets: WalletRepository,
    private readonly subscriptions: SubscriptionRepository,
  ) {}

  /** @throws Problem `subscription_conflict` where its state does not allow it, or a payment is under way. */
  run(ctx: Ctx, wish: 'cancel' | 'resume', changed: (subscription: SubscriptionEntity) => SubscriptionEntity): Promise<SubscriptionEntity> {
    return this.db.transaction(async () => {
      await this.wallets.balanceOf(ctx);
      const subscription = await this.subscriptions.lock(ctx);
      mustAllow(subscription, wish);
      await this.subscriptions.mustHaveNoOpenCharge(subscription);
      const result = changed(subscription);
      await this.subscriptions.save(result, result.status === 'expired' ? 'expired' : MOVES[wish]);
      return result;
    });
  }
}
