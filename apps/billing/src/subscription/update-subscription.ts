import type { SubscriptionTransition } from '@skep/contracts/billing';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { WalletRepository } from '../wallet/wallet.repository.js';
import type { SubscriptionEntity } from './subscription.entity.js';
import { SubscriptionRepository } from './subscription.repository.js';
import { assertAllowed } from './terms.js';

const TRANSITIONS: Readonly<Record<'cancel' | 'resume', SubscriptionTransition>> = { cancel: 'cancelled', resume: 'resumed' };

/** Cancels or resumes the caller's subscription. Neither costs anything. */
@Injectable()
export class UpdateSubscription {
  constructor(
    private readonly db: Database,
    private readonly wallets: WalletRepository,
    private readonly subscriptions: SubscriptionRepository,
  ) {}

  /** @throws Problem `subscription_conflict` if its state does not allow it, or a payment is in progress. */
  run(
    ctx: Ctx,
    action: 'cancel' | 'resume',
    update: (subscription: SubscriptionEntity) => SubscriptionEntity,
  ): Promise<SubscriptionEntity> {
    return this.db.transaction(async () => {
      await this.wallets.getOrOpen(ctx);
      const subscription = await this.subscriptions.lockOrCreate(ctx);
      assertAllowed(subscription, action);
      await this.subscriptions.assertNoOpenCharge(subscription);
      const result = update(subscription);
      await this.subscriptions.save(result, result.status === 'expired' ? 'expired' : TRANSITIONS[action]);
      return result;
    });
  }
}
