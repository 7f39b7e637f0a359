import type { CallFunctions, CallResult } from '@skep/contracts';
import { type Ctx, currentLease, LOG, type Log, toProblem, withKeySuffix } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { IrError } from '../ir/ir-error.js';
import type { JsonObject } from '../ir/ir.js';
import { CallFunction } from './call-function.js';
import { failureOf } from './failure.js';

const AT_ONCE = 10;
/** Of all results together: an answer is one message of the bus. */
const ANSWER_BYTES_MAX = 900_000;

/** Calls up to 50 functions of one app, ten at a time. They wait for each other where their caller has too many under way. Results stand in the order of the calls, and none depends on another. */
@Injectable()
export class CallBatch {
  constructor(
    private readonly calls: CallFunction,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** @throws Problem `forbidden`, `app_not_installed`, `app_suspended`, `app_disabled`. */
  async run(ctx: Ctx, input: CallFunctions): Promise<CallResult[]> {
    const app = await this.calls.open(ctx, input);
    const results: CallResult[] = [];
    const waiting = input.calls.entries();
    const worker = async () => {
      for (const [place, { function: name, params }] of waiting)
        results[place] = await this.calls
          .perform(withKeySuffix(ctx, `call ${place}`), app, name, params as JsonObject, true)
          .catch((error: unknown) => this.failed(ctx, error));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return fitting(results);
  }

  /** What became of a call that was not written down. When it may succeed the next time, the batch's answer is not kept. */
  private failed(ctx: Ctx, error: unknown): CallResult {
    const failure = failureOf(toProblem(error, ctx, this.log));
    if (failure.retryable) currentLease()?.leaveOpen();
    return failure;
  }
}

/** What does not fit into one answer with the results before it is told so. */
function fitting(results: CallResult[]): CallResult[] {
  let left = ANSWER_BYTES_MAX;
  return results.map((result) => {
    const bytes = Buffer.byteLength(JSON.stringify(result));
    if (bytes > left)
      return failureOf(new IrError('EXT_UNSTRUCTURED_ERROR', 'the results of this batch are too large together; this call was done'));
    left -= bytes;
    return result;
  });
}
