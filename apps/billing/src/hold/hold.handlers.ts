import {
  type AdmitCall,
  billing,
  type CallCharged,
  type CaptureHold,
  Conflict,
  HoldEnded,
  HoldNotFound,
  type HoldRef,
  InvalidInput,
  kernel,
  type PlaceHold,
  Problem,
} from '@skep/contracts';
import { type Ctx, Handle, Handlers, LOG, type Log, OnEvent } from '@skep/platform';
import { Inject } from '@nestjs/common';
import { HoldRepository } from './hold.repository.js';

/** Trying again would not help. */
const FINAL = new Set([HoldEnded.code, HoldNotFound.code, Conflict.code]);

@Handlers()
export class HoldHandlers {
  constructor(
    private readonly holds: HoldRepository,
    @Inject(LOG) private readonly log: Log,
  ) {}

  @Handle(billing.placeHold)
  placeHold(ctx: Ctx, input: PlaceHold) {
    if (input.base_price + input.platform_fee === 0)
      throw InvalidInput([{ loc: ['base_price'], msg: 'There is nothing to hold: the price is 0', type: 'price' }]);
    return this.holds.place(ctx, input);
  }

  @Handle(billing.admitCall)
  admitCall(ctx: Ctx, input: AdmitCall) {
    return this.holds.admit(ctx, input);
  }

  @Handle(billing.captureHold)
  captureHold(ctx: Ctx, { hold_id, ...taken }: CaptureHold) {
    return this.holds.end(ctx, hold_id, taken);
  }

  @Handle(billing.releaseHold)
  releaseHold(ctx: Ctx, { hold_id }: HoldRef) {
    return this.holds.end(ctx, hold_id, { base_price: 0, platform_fee: 0 });
  }

  /** Mostly the kernel has already captured the hold; then this changes nothing. What came too late is not charged, and said. */
  @OnEvent(kernel.callCharged, { idempotent: true })
  async callCharged(ctx: Ctx, { hold_id, action_id, tenant_id, user_id, base_price, platform_fee }: CallCharged) {
    try {
      await this.holds.end({ ...ctx, tenant: tenant_id, user: user_id }, hold_id, { action_id, base_price, platform_fee });
    } catch (error) {
      if (!(error instanceof Problem) || !FINAL.has(error.body.code)) throw error;
      this.log.error({ hold: hold_id, base_price, platform_fee, code: error.body.code }, 'a call could not be charged');
    }
  }
}
