import { Aggregate } from '@skep/platform';
import { PaymentModule } from '../payment/payment.module.js';
import { ConfirmTopup } from './confirm-topup.js';
import { Prices } from './prices.js';
import { SettlePayments } from './settle-payments.js';
import { StartTopup } from './start-topup.js';
import { TopupHandlers } from './topup.handlers.js';

@Aggregate({
  imports: [PaymentModule],
  handlers: [TopupHandlers],
  providers: [Prices, StartTopup, ConfirmTopup, SettlePayments],
  exports: [Prices],
})
export class TopupModule {}
