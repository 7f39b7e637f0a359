import { type CallFunctions, type CallFunction as Input, kernel } from '@skep/contracts';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { CallBatch } from './call-batch.js';
import { CallFunction } from './call-function.js';

@Handlers()
export class CallHandlers {
  constructor(
    private readonly callFunction: CallFunction,
    private readonly callBatch: CallBatch,
  ) {}

  @Handle(kernel.callFunction)
  call(ctx: Ctx, input: Input) {
    return this.callFunction.run(ctx, input);
  }

  @Handle(kernel.callFunctions)
  batch(ctx: Ctx, input: CallFunctions) {
    return this.callBatch.run(ctx, input);
  }
}
