import { billing, type UpdateAutoTopup } from '@skep/contracts';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { mustBeSomebody } from '../wallet/wallet.repository.js';
import { AutoTopupRepository } from './auto-topup.repository.js';
import { SetAutoTopup } from './set-auto-topup.js';

@Handlers()
export class AutoTopupHandlers {
  constructor(
    private readonly autoTopups: AutoTopupRepository,
    private readonly set: SetAutoTopup,
  ) {}

  @Handle(billing.getAutoTopup)
  getAutoTopup(ctx: Ctx) {
    return this.getAutoTopupState(ctx);
  }

  @Handle(billing.getAutoTopupState)
  getAutoTopupState(ctx: Ctx) {
    mustBeSomebody(ctx);
    return this.autoTopups.stateOf(ctx);
  }

  @Handle(billing.updateAutoTopup)
  updateAutoTopup(ctx: Ctx, input: UpdateAutoTopup) {
    return this.set.run(ctx, input);
  }
}
