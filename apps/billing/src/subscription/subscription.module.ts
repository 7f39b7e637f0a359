import { Aggregate } from '@skep/platform';
import { PaymentModule } from '../payment/payment.module.js';
import { PricingModule } from '../pricing/pricing.module.js';
import { TopupModule } from '../topup/topup.module.js';
import { WalletModule } from '../wallet/wallet.module.js';
import { ChangePlan } from './change-plan.js';
import { PayPlan } from './pay-plan.js';
import { PlanChargeEntity } from './plan-charge.entity.js';
import { RenewNow } from './renew-now.js';
import { RenewSubscriptions } from './renew-subscriptions.js';
import { SetUserPlan } from './set-user-plan.js';
import { SubscriptionEntity } from './subscription.entity.js';
import { SubscriptionHandlers } from './subscription.handlers.js';
import { SubscriptionRepository } from './subscription.repository.js';
import { UpdateSubscription } from './update-subscription.js';

@Aggregate({
  imports: [WalletModule, PaymentModule, PricingModule, TopupModule],
  entities: [SubscriptionEntity, PlanChargeEntity],
  handlers: [SubscriptionHandlers],
  providers: [SubscriptionRepository, ChangePlan, SetUserPlan, UpdateSubscription, PayPlan, RenewNow, RenewSubscriptions],
})
export class SubscriptionModule {}
