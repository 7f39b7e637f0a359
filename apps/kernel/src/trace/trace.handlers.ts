import { kernel, type TraceLookup } from '@skep/contracts/kernel';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { GetTrace } from './get-trace.js';

@Handlers()
export class TraceHandlers {
  constructor(private readonly traces: GetTrace) {}

  @Handle(kernel.getTrace)
  getTrace(ctx: Ctx, { id }: TraceLookup) {
    return this.traces.run(ctx, id);
  }
}
