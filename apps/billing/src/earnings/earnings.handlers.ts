import { type AppRef, billing, Forbidden, type ReverseCall } from '@skep/contracts';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { mustBeSomebody } from '../wallet/wallet.repository.js';
import { EarningsRepository } from './earnings.repository.js';

@Handlers()
export class EarningsHandlers {
  constructor(private readonly earnings: EarningsRepository) {}

  @Handle(billing.getDeveloperEarnings)
  sumEarnings(ctx: Ctx) {
    mustBeSomebody(ctx);
    return this.earnings.sum(ctx);
  }

  @Handle(billing.getAppEarnings)
  sumAppEarnings(ctx: Ctx, { app_id }: AppRef) {
    mustBeSomebody(ctx);
    return this.earnings.sumOfApp(ctx, app_id);
  }

  @Handle(billing.reverseCall)
  reverseCall(ctx: Ctx, { hold_id, reason }: ReverseCall) {
    if (!ctx.actor.startsWith('service:')) throw Forbidden('Only a service takes a call back.');
    return this.earnings.reverse(ctx, hold_id, reason);
  }
}
