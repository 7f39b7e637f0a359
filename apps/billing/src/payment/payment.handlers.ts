import {
  billing,
  type OpenBillingPortal,
  type PaymentMethodRef,
  type PaymentsOf,
  type StripeDelivery,
  type UserRef,
  type LimitOffset,
} from '@skep/contracts';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { AutoTopupRepository } from '../auto-topup/auto-topup.repository.js';
import { mustBeSomebody, personNamed } from '../wallet/wallet.repository.js';
import { PaymentProvider } from './payment-provider.js';
import { PaymentRepository } from './payment.repository.js';
import { TakePaymentEvent } from './take-payment-event.js';

@Handlers()
export class PaymentHandlers {
  constructor(
    private readonly provider: PaymentProvider,
    private readonly payments: PaymentRepository,
    private readonly autoTopups: AutoTopupRepository,
    private readonly event: TakePaymentEvent,
  ) {}

  @Handle(billing.listPaymentMethods)
  listPaymentMethods(ctx: Ctx) {
    mustBeSomebody(ctx);
    return this.provider.methodsOf(ctx);
  }

  @Handle(billing.setUpPaymentMethod)
  async setUpPaymentMethod(ctx: Ctx) {
    mustBeSomebody(ctx);
    return { ...(await this.provider.setUpMethod(ctx)), publishable_key: this.provider.publishableKey };
  }

  @Handle(billing.removePaymentMethod)
  async removePaymentMethod(ctx: Ctx, { pm_id }: PaymentMethodRef) {
    mustBeSomebody(ctx);
    await this.provider.removeMethod(ctx, pm_id);
    await this.autoTopups.forgetMethod(ctx, pm_id);
    return { id: pm_id, removed: true };
  }

  @Handle(billing.setDefaultPaymentMethod)
  async setDefaultPaymentMethod(ctx: Ctx, { pm_id }: PaymentMethodRef) {
    mustBeSomebody(ctx);
    await this.provider.makeDefault(ctx, pm_id);
    return { id: pm_id, is_default: true };
  }

  @Handle(billing.openPortal)
  openPortal(ctx: Ctx, { return_url }: OpenBillingPortal) {
    mustBeSomebody(ctx);
    return this.provider.openPortal(ctx, return_url);
  }

  @Handle(billing.listPayments)
  listPayments(ctx: Ctx, { limit, offset }: LimitOffset) {
    mustBeSomebody(ctx);
    return this.payments.list(ctx, limit, offset);
  }

  @Handle(billing.listPaymentMethodsOf)
  listPaymentMethodsOf(ctx: Ctx, input: UserRef) {
    return this.provider.methodsOf({ ...ctx, ...personNamed(ctx, input) });
  }

  @Handle(billing.listPaymentsOf)
  listPaymentsOf(ctx: Ctx, { limit, offset, ...whose }: PaymentsOf) {
    return this.payments.list(personNamed(ctx, whose), limit, offset);
  }

  @Handle(billing.receiveStripeEvent)
  receiveStripeEvent(ctx: Ctx, input: StripeDelivery) {
    return this.event.run(ctx, input);
  }
}
