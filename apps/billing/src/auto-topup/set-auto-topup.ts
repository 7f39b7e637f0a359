import { type AutoTopupState, PaymentMethodNotFound, type UpdateAutoTopup } from '@skep/contracts';
import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { PaymentProvider } from '../payment/payment-provider.js';
import { Prices } from '../topup/prices.js';
import { WalletRepository } from '../wallet/wallet.repository.js';
import { AutoTopupRepository } from './auto-topup.repository.js';

@Injectable()
export class SetAutoTopup {
  constructor(
    private readonly autoTopups: AutoTopupRepository,
    private readonly prices: Prices,
    private readonly provider: PaymentProvider,
    private readonly wallets: WalletRepository,
  ) {}

  async run(ctx: Ctx, input: UpdateAutoTopup): Promise<AutoTopupState> {
    await this.wallets.balanceOf(ctx);
    const recharge_cents = this.prices.centsFor(input.recharge_tokens);
    await this.mustBeChargeable(ctx, input);
    await this.autoTopups.save(ctx, { ...input, recharge_cents });
    return this.autoTopups.stateOf(ctx);
  }

  /** What names no method takes the default one, and then there must be one. */
  private async mustBeChargeable(ctx: Ctx, { enabled, payment_method_id }: UpdateAutoTopup): Promise<void> {
    if (!enabled && !payment_method_id) return;
    const methods = await this.provider.methodsOf(ctx);
    if (payment_method_id && !methods.some(({ id }) => id === payment_method_id)) throw PaymentMethodNotFound();
    if (!methods.length) throw PaymentMethodNotFound('Save a payment method first: POST /v1/billing/payment-methods/setup.');
  }
}
