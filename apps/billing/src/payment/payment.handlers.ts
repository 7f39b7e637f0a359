import type { LimitOffset } from '@skep/contracts';
import type { UserRef } from '@skep/contracts/auth';
import { billing, type OpenBillingPortal, type PaymentMethodRef, type PaymentsOf, type StripeDelivery } from '@skep/contracts/billing';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { AutoTopupRepository } from '../auto-topup/auto-topup.repository.js';
import { assertUser, resolveUserRef } from '../wallet/wallet.repository.js';
import { PaymentProvider } from './payment-provider.js';
import { PaymentRepository } from './payment.repository.js';
import { HandlePaymentEvent } from './handle-payment-event.js';

/** Operations on payments, payment methods and webhooks. */
@Handlers()
export class PaymentHandlers {
  constructor(
    private readonly provider: PaymentProvider,
    private readonly payments: PaymentRepository,
    private readonly autoTopups: AutoTopupRepository,
    private readonly handleEvent: HandlePaymentEvent,
  ) {}

  @Handle(billing.listPaymentMethods)
  listPaymentMethods(ctx: Ctx) {
    assertUser(ctx);
    return this.provider.listMethods(ctx);
  }

  @Handle(billing.setUpPaymentMethod)
  async setUpPaymentMethod(ctx: Ctx) {
    assertUser(ctx);
    return { ...(await this.provider.setUpMethod(ctx)), publishable_key: this.provider.publishableKey };
  }

  @Handle(billing.removePaymentMethod)
  async removePaymentMethod(ctx: Ctx, { pm_id }: PaymentMethodRef) {
    assertUser(ctx);
    await this.provider.removeMethod(ctx, pm_id);
    await this.autoTopups.removeMethod(ctx, pm_id);
    return { id: pm_id, removed: true };
  }

  @Handle(billing.setDefaultPaymentMethod)
  async setDefaultPaymentMethod(ctx: Ctx, { pm_id }: PaymentMethodRef) {
    assertUser(ctx);
    await this.provider.setDefaultMethod(ctx, pm_id);
    return { id: pm_id, is_default: true };
  }

  @Handle(billing.openPortal)
  openPortal(ctx: Ctx, { return_url }: OpenBillingPortal) {
    assertUser(ctx);
    return this.provider.openPortal(ctx, return_url);
  }

  @Handle(billing.listPayments)
  listPayments(ctx: Ctx, { limit, offset }: LimitOffset) {
    assertUser(ctx);
    return this.payments.list(ctx, limit, offset);
  }

  @Handle(billing.listPaymentMethodsOf)
  listPaymentMethodsOf(ctx: Ctx, input: UserRef) {
    return this.provider.listMethods({ ...ctx, ...resolveUserRef(ctx, input) });
  }

  @Handle(billing.listPaymentsOf)
  listPaymentsOf(ctx: Ctx, { limit, offset, ...owner }: PaymentsOf) {
    return this.payments.list(resolveUserRef(ctx, owner), limit, offset);
  }

  @Handle(billing.receiveStripeEvent)
  receiveStripeEvent(ctx: Ctx, input: StripeDelivery) {
    return this.handleEvent.run(ctx, input);
  }
}
