import { Forbidden } from '@skep/contracts';
import { billing, type ConfirmTopup as ConfirmInput, type StartTopup as StartInput } from '@skep/contracts/billing';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { ConfirmTopup } from './confirm-topup.js';
import { PaymentProvider } from '../payment/payment-provider.js';
import { assertUser } from '../wallet/wallet.repository.js';
import { Prices } from './prices.js';
import { StartTopup } from './start-topup.js';

/** Operations on top-ups. */
@Handlers()
export class TopupHandlers {
  constructor(
    private readonly prices: Prices,
    private readonly provider: PaymentProvider,
    private readonly start: StartTopup,
    private readonly confirm: ConfirmTopup,
  ) {}

  @Handle(billing.getTopupConfig)
  async getTopupConfig() {
    const { name: payments, publishableKey: publishable_key } = this.provider;
    return { payments, publishable_key, ...(await this.prices.current()).config, ...(payments === 'off' && { tiers: [] }) };
  }

  @Handle(billing.startTopup)
  startTopup(ctx: Ctx, input: StartInput) {
    return this.start.run(ctx, input);
  }

  @Handle(billing.confirmTopup)
  confirmTopup(ctx: Ctx, input: ConfirmInput) {
    return this.confirm.run(ctx, input);
  }

  /** Replaces, in the sandbox, what the payment provider's client library does with real payments. */
  @Handle(billing.completeSandboxTopup)
  completeSandboxTopup(ctx: Ctx, input: ConfirmInput) {
    assertUser(ctx);
    this.provider.assertEnabled();
    if (this.provider.name !== 'sandbox')
      throw Forbidden('This installation takes real payments. Pay with the client secret of the top-up.');
    return this.confirm.run(ctx, input);
  }
}
