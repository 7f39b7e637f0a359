import { Aggregate, keep } from '@skep/platform';
import { AutoTopupModule } from '../auto-topup/auto-topup.module.js';
import { PaymentModule } from '../payment/payment.module.js';
import { HandlePaymentEvent } from './handle-payment-event.js';
import { PaymentEventEntity } from './payment-event.entity.js';
import { PaymentEventHandlers } from './payment-event.handlers.js';

@Aggregate({
  imports: [PaymentModule, AutoTopupModule],
  entities: [PaymentEventEntity],
  // Stripe repeats an event for three days, and an operator can repeat one of the last 30 days.
  retention: [keep(PaymentEventEntity, '60 days', { after: 'processed_at' })],
  handlers: [PaymentEventHandlers],
  providers: [HandlePaymentEvent],
})
export class PaymentEventModule {}
