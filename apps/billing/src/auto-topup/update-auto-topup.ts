import { type AutoTopupState, PaymentMethodNotFound, type UpdateAutoTopup as Input } from '@skep/contracts/billing';
import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { PaymentProvider } from '../payment/payment-provider.js';
import { PlanFeatures } from '../plan/plan-features.js';
import { Prices } from '../topup/prices.js';
import { WalletRepository } from '../wallet/wallet.repository.js';
import { AutoTopupRepository } from './auto-topup.repository.js';

/** Updates the caller's automatic top-up and returns its state. */
@Injectable()
export class UpdateAutoTopup {
  constructor(
    private readonly autoTopups: AutoTopupRepository,
    private readonly prices: Prices,
    private readonly provider: PaymentProvider,
    private readonly wallets: WalletRepository,
    private readonly features: PlanFeatures,
  ) {}

  /** @throws Problem `price_mismatch`, `plan_feature_missing`, `payment_method_not_found`, `unauthenticated`. */
  async run(ctx: Ctx, input: Input): Promise<AutoTopupState> {
    await this.wallets.getOrOpen(ctx);
    if (input.enabled) await this.features.assertAllows(ctx, 'topups');
    const recharge_cents = (await this.prices.current()).centsFor(input.recharge_tokens);
    await this.assertHasMethod(ctx, input);
    await this.autoTopups.save(ctx, { ...input, recharge_cents });
    return this.autoTopups.getState(ctx);
  }

  /** Without payment_method_id the default method is charged, so there must be one. @throws Problem `payment_method_not_found`. */
  private async assertHasMethod(ctx: Ctx, { enabled, payment_method_id }: Input): Promise<void> {
    if (!enabled && !payment_method_id) return;
    const methods = await this.provider.listMethods(ctx);
    if (payment_method_id && !methods.some(({ id }) => id === payment_method_id)) throw PaymentMethodNotFound();
    if (!methods.length)
      throw PaymentMethodNotFound('You have no saved payment method. Save one with POST /v1/billing/payment-methods/setup.');
  }
}
