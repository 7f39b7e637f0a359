import {
  type CallForAutomation,
  type CallForMcpClient,
  type CallFunction as CallFunctionInput,
  type CallFunctions as CallFunctionsInput,
  kernel,
} from '@skep/contracts/kernel';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { CallFunction } from './call-function.js';
import { CallFunctions } from './call-functions.js';

@Handlers()
export class CallHandlers {
  constructor(
    private readonly single: CallFunction,
    private readonly batch: CallFunctions,
  ) {}

  @Handle(kernel.callFunction)
  callFunction(ctx: Ctx, input: CallFunctionInput) {
    return this.single.run(ctx, input);
  }

  @Handle(kernel.callForMcpClient)
  callForMcpClient(ctx: Ctx, { round, ...input }: CallForMcpClient) {
    return this.single.run(ctx, input, round);
  }

  @Handle(kernel.callForAutomation)
  callForAutomation(ctx: Ctx, input: CallForAutomation) {
    return this.single.performForAutomation(ctx, input);
  }

  @Handle(kernel.callFunctions)
  callFunctions(ctx: Ctx, input: CallFunctionsInput) {
    return this.batch.run(ctx, input);
  }
}
