import { type Batch, type Call, kernel } from '@skep/contracts';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { CallBatch } from './call-batch.js';
import { CallFunction } from './call-function.js';

@Handlers()
export class CallHandlers {
  constructor(
    private readonly callFunction: CallFunction,
    private readonly callBatch: CallBatch,
  ) {}

  @Handle(kernel.call)
  call(ctx: Ctx, input: Call) {
    return this.callFunction.run(ctx, input);
  }

  @Handle(kernel.batch)
  batch(ctx: Ctx, input: Batch) {
    return this.callBatch.run(ctx, input);
  }
}
