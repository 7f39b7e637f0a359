import type { UserRef } from '@skep/contracts/auth';
import { billing, type OpenBillingPortal, type PaymentMethodRef } from '@skep/contracts/billing';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { AutoTopupRepository } from '../auto-topup/auto-topup.repository.js';
import { PaymentProvider } from '../payment/payment-provider.js';
import { assertUser, resolveUserRef } from '../wallet/wallet.repository.js';

/** Operations on saved payment methods, which the payment provider keeps. */
@Handlers()
export class PaymentMethodHandlers {
  constructor(
    private readonly provider: PaymentProvider,
    private readonly autoTopups: AutoTopupRepository,
  ) {}

  @Handle(billing.listPaymentMethods)
  listPaymentMethods(ctx: Ctx) {
    assertUser(ctx);
    return this.provider.listMethods(ctx);
  }

  @Handle(billing.listPaymentMethodsOf)
  listPaymentMethodsOf(ctx: Ctx, input: UserRef) {
    return this.provider.listMethods({ ...ctx, ...resolveUserRef(ctx, input) });
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
}
