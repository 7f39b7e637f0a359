import { Aggregate } from '@skep/platform';
import { AutoTopupModule } from '../auto-topup/auto-topup.module.js';
import { PaymentModule } from '../payment/payment.module.js';
import { HandlePaymentEvent } from './handle-payment-event.js';
import { PaymentEventEntity } from './payment-event.entity.js';
import { PaymentEventHandlers } from './payment-event.handlers.js';

@Aggregate({
  imports: [PaymentModule, AutoTopupModule],
  entities: [PaymentEventEntity],
  handlers: [PaymentEventHandlers],
  providers: [HandlePaymentEvent],
})
export class PaymentEventModule {}
