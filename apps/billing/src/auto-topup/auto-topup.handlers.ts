import { billing, type UpdateAutoTopup as Input } from '@skep/contracts/billing';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { assertUser } from '../wallet/wallet.repository.js';
import { AutoTopupRepository } from './auto-topup.repository.js';
import { UpdateAutoTopup } from './update-auto-topup.js';

/** Operations on automatic top-ups. */
@Handlers()
export class AutoTopupHandlers {
  constructor(
    private readonly autoTopups: AutoTopupRepository,
    private readonly update: UpdateAutoTopup,
  ) {}

  @Handle(billing.getAutoTopup)
  getAutoTopup(ctx: Ctx) {
    return this.getAutoTopupState(ctx);
  }

  @Handle(billing.getAutoTopupState)
  getAutoTopupState(ctx: Ctx) {
    assertUser(ctx);
    return this.autoTopups.getState(ctx);
  }

  @Handle(billing.updateAutoTopup)
  updateAutoTopup(ctx: Ctx, input: Input) {
    return this.update.run(ctx, input);
  }
}
