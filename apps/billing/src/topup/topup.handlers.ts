import { billing, type ConfirmTopup as ConfirmInput, Forbidden, type StartTopup as StartInput } from '@skep/contracts';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { ConfirmTopup } from './confirm-topup.js';
import { PaymentProvider } from '../payment/payment-provider.js';
import { mustBeSomebody } from '../wallet/wallet.repository.js';
import { Prices } from './prices.js';
import { StartTopup } from './start-topup.js';

@Handlers()
export class TopupHandlers {
  constructor(
    private readonly prices: Prices,
    private readonly provider: PaymentProvider,
    private readonly start: StartTopup,
    private readonly confirm: ConfirmTopup,
  ) {}

  @Handle(billing.getTopupConfig)
  getTopupConfig() {
    const { name: payments, publishableKey: publishable_key } = this.provider;
    return { payments, publishable_key, ...this.prices.config, ...(payments === 'off' && { tiers: [] }) };
  }

  @Handle(billing.startTopup)
  startTopup(ctx: Ctx, input: StartInput) {
    return this.start.run(ctx, input);
  }

  @Handle(billing.confirmTopup)
  confirmTopup(ctx: Ctx, input: ConfirmInput) {
    return this.confirm.run(ctx, input);
  }

  /** What a client of the payment provider does where payments are real. */
  @Handle(billing.completeSandboxTopup)
  completeSandboxTopup(ctx: Ctx, input: ConfirmInput) {
    mustBeSomebody(ctx);
    this.provider.mustTakePayments();
    if (this.provider.name !== 'sandbox') throw Forbidden('Payments are real here: pay with the client secret of the top-up.');
    return this.confirm.run(ctx, input);
  }
}
