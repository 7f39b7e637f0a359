import { Aggregate } from '@skep/platform';
import { PaymentModule } from '../payment/payment.module.js';
import { PlanModule } from '../plan/plan.module.js';
import { PricingModule } from '../pricing/pricing.module.js';
import { ConfirmTopup } from './confirm-topup.js';
import { Prices } from './prices.js';
import { SettlePayments } from './settle-payments.js';
import { StartTopup } from './start-topup.js';
import { TopupHandlers } from './topup.handlers.js';

@Aggregate({
  imports: [PaymentModule, PlanModule, PricingModule],
  handlers: [TopupHandlers],
  providers: [Prices, StartTopup, ConfirmTopup, SettlePayments],
  exports: [Prices],
})
export class TopupModule {}
