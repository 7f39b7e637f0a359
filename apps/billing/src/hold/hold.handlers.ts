import { Conflict, InvalidInput, Problem } from '@skep/contracts';
import { type AdmitCall, billing, type CaptureHold, HoldEnded, HoldNotFound, type HoldRef, type PlaceHold } from '@skep/contracts/billing';
import { type CallCharged, kernel } from '@skep/contracts/kernel';
import { type CompletionCharged, models } from '@skep/contracts/models';
import { type Ctx, Handle, Handlers, LOG, type Log, OnEvent } from '@skep/platform';
import { Inject } from '@nestjs/common';
import { HoldRepository } from './hold.repository.js';

/** Codes of problems that a retry cannot solve. */
const FINAL = new Set([HoldEnded.code, HoldNotFound.code, Conflict.code]);

/** Operations on holds. */
@Handlers()
export class HoldHandlers {
  constructor(
    private readonly holds: HoldRepository,
    @Inject(LOG) private readonly log: Log,
  ) {}

  @Handle(billing.placeHold)
  placeHold(ctx: Ctx, input: PlaceHold) {
    if (input.base_price + input.platform_fee === 0)
      throw InvalidInput([{ loc: ['base_price'], msg: 'The price is 0: there is nothing to hold', type: 'price' }]);
    return this.holds.place(ctx, input);
  }

  @Handle(billing.admitCall)
  admitCall(ctx: Ctx, input: AdmitCall) {
    return this.holds.admit(ctx, input);
  }

  @Handle(billing.captureHold)
  captureHold(ctx: Ctx, { hold_id, ...amounts }: CaptureHold) {
    return this.holds.end(ctx, hold_id, amounts);
  }

  @Handle(billing.releaseHold)
  releaseHold(ctx: Ctx, { hold_id }: HoldRef) {
    return this.holds.end(ctx, hold_id, { base_price: 0, platform_fee: 0 });
  }

  /** Captures the hold of a completion, unless `models` already did. */
  @OnEvent(models.completionCharged, { idempotent: true })
  completionCharged(ctx: Ctx, charge: CompletionCharged) {
    return this.callCharged(ctx, { ...charge, base_price: 0 });
  }

  /** Captures the hold of a finished call, unless the kernel already did. Logs a call that came too late to be charged. */
  @OnEvent(kernel.callCharged, { idempotent: true })
  async callCharged(ctx: Ctx, { hold_id, action_id, tenant_id, user_id, base_price, platform_fee }: CallCharged) {
    try {
      await this.holds.end({ ...ctx, tenant: tenant_id, user: user_id }, hold_id, { action_id, base_price, platform_fee });
    } catch (error) {
      if (!(error instanceof Problem) || !FINAL.has(error.body.code)) throw error;
      this.log.error(
        { hold: hold_id, base_price, platform_fee, code: error.body.code },
        'cannot charge a finished call: its hold has ended or its amounts are not allowed',
      );
    }
  }
}
