import { billing, type ConfirmTopup as ConfirmInput, type StartTopup as StartInput } from '@skep/contracts';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { ConfirmTopup } from './confirm-topup.js';
import { PaymentProvider } from '../payment/payment-provider.js';
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
    return { publishable_key: this.provider.publishableKey, ...this.prices.config };
  }

  @Handle(billing.startTopup)
  startTopup(ctx: Ctx, input: StartInput) {
    return this.start.run(ctx, input);
  }

  @Handle(billing.confirmTopup)
  confirmTopup(ctx: Ctx, input: ConfirmInput) {
    return this.confirm.run(ctx, input);
  }
}
