import { type ConfirmationRef, kernel, type OperateFunction, type Operated } from '@skep/contracts/kernel';
import { type Ctx, Handle, Handlers, OnRun, type Run } from '@skep/platform';
import { CallFunction } from '../call/call-function.js';
import { type ConfirmationRun, finishConfirmedCall } from '../confirmation/confirmation.repository.js';
import { pendingCallOf } from '../confirmation/confirmations.js';
import { ConfirmedCalls } from './confirmed-calls.js';

@Handlers()
export class OperateHandlers {
  constructor(
    private readonly callFunction: CallFunction,
    private readonly confirmedCalls: ConfirmedCalls,
  ) {}

  @Handle(kernel.operateFunction)
  async operateFunction(ctx: Ctx, input: OperateFunction): Promise<Operated> {
    const content = await this.callFunction.run(ctx, input);
    const pending = pendingCallOf(content);
    return pending ? { ...pending, expires_at: new Date(pending.expires_at) } : { kind: 'tool_result', content };
  }

  @Handle(kernel.confirmCall)
  confirmCall(ctx: Ctx, { confirmation_id }: ConfirmationRef) {
    return this.confirmedCalls.confirm(ctx, confirmation_id);
  }

  @Handle(kernel.runConfirmedCall)
  async runConfirmedCall(ctx: Ctx, { confirmation_id }: ConfirmationRef) {
    await this.confirmedCalls.run(ctx, confirmation_id);
    return {};
  }

  @OnRun(finishConfirmedCall)
  async finishConfirmedCall(run: Run, { confirmation_id }: ConfirmationRun): Promise<void> {
    await run.step('finish', ({ ctx }) => this.confirmedCalls.finish(ctx, confirmation_id, run.attempt > finishConfirmedCall.retries));
  }
}
