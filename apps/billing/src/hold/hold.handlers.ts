import { billing, type CaptureHold, type HoldRef, InvalidInput, type PlaceHold } from '@skep/contracts';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { HoldRepository } from './hold.repository.js';

@Handlers()
export class HoldHandlers {
  constructor(private readonly holds: HoldRepository) {}

  @Handle(billing.placeHold)
  placeHold(ctx: Ctx, input: PlaceHold) {
    if (input.base_price + input.platform_fee === 0)
      throw InvalidInput([{ loc: ['base_price'], msg: 'There is nothing to hold: the price is 0', type: 'price' }]);
    return this.holds.place(ctx, input);
  }

  @Handle(billing.captureHold)
  captureHold(ctx: Ctx, { hold_id, ...taken }: CaptureHold) {
    return this.holds.end(ctx, hold_id, taken);
  }

  @Handle(billing.releaseHold)
  releaseHold(ctx: Ctx, { hold_id }: HoldRef) {
    return this.holds.end(ctx, hold_id, { base_price: 0, platform_fee: 0 });
  }
}
