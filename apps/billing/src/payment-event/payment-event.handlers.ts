import { billing, type StripeDelivery } from '@skep/contracts/billing';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { HandlePaymentEvent } from './handle-payment-event.js';

/** The webhook of the payment provider. */
@Handlers()
export class PaymentEventHandlers {
  constructor(private readonly handleEvent: HandlePaymentEvent) {}

  @Handle(billing.receiveStripeEvent)
  receiveStripeEvent(ctx: Ctx, input: StripeDelivery) {
    return this.handleEvent.run(ctx, input);
  }
}
