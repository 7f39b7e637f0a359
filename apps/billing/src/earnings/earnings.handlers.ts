import { type AppRef, Forbidden } from '@skep/contracts';
import { billing, type RefundCharge as RefundInput, type ReverseCall, type SplitPrices } from '@skep/contracts/billing';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { assertUser } from '../wallet/wallet.repository.js';
import { EarningsRepository } from './earnings.repository.js';
import { RefundCharge } from './refund-charge.js';

/** Operations on developer earnings and call reversals. */
@Handlers()
export class EarningsHandlers {
  constructor(
    private readonly earnings: EarningsRepository,
    private readonly refund: RefundCharge,
  ) {}

  @Handle(billing.getDeveloperEarnings)
  getDeveloperEarnings(ctx: Ctx) {
    assertUser(ctx);
    return this.earnings.getEarnings(ctx);
  }

  @Handle(billing.getAppEarnings)
  getAppEarnings(ctx: Ctx, { app_id }: AppRef) {
    assertUser(ctx);
    return this.earnings.getAppEarnings(ctx, app_id);
  }

  @Handle(billing.splitPrices)
  splitPrices(_: Ctx, { prices, split }: SplitPrices) {
    return this.earnings.split(
      prices.map(({ price }) => price),
      split,
    );
  }

  @Handle(billing.refundCharge)
  refundCharge(ctx: Ctx, input: RefundInput) {
    return this.refund.run(ctx, input);
  }

  @Handle(billing.reverseCall)
  reverseCall(ctx: Ctx, { hold_id, reason }: ReverseCall) {
    if (!ctx.actor.startsWith('service:')) throw Forbidden('Only a service can reverse a call.');
    return this.earnings.reverse(ctx, hold_id, reason);
  }
}
