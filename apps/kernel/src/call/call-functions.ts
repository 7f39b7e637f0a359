import type { CallFunctions as Input, CallResult } from '@skep/contracts/kernel';
import { type Ctx, currentLease, LOG, type Log, toProblem, withKeySuffix } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { IrError } from '../ir/ir-error.js';
import type { JsonObject } from '../ir/ir.js';
import { CallFunction } from './call-function.js';
import { failureOf } from './failure.js';

const CONCURRENCY_MAX = 10;
/** All results together must fit into one message of the bus. */
const ANSWER_BYTES_MAX = 900_000;

/**
 * Calls up to 50 functions of one app, ten at a time. A call waits while its caller has too many calls running. Results are in the
 * order of the calls; no call depends on another.
 */
@Injectable()
export class CallFunctions {
  constructor(
    private readonly callFunction: CallFunction,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** @throws Problem `forbidden`, `app_not_installed`, `app_suspended`, `app_disabled`. */
  async run(ctx: Ctx, input: Input): Promise<CallResult[]> {
    const app = await this.callFunction.resolveApp(ctx, input);
    const results: CallResult[] = [];
    const pending = input.calls.entries();
    const worker = async () => {
      for (const [index, { function: name, params }] of pending)
        results[index] = await this.callFunction
          .askOrPerform(withKeySuffix(ctx, `call ${index}`), app, name, params as JsonObject, { waitsForSlot: true })
          .catch((error: unknown) => this.toFailedResult(ctx, error));
    };
    await Promise.all(Array.from({ length: CONCURRENCY_MAX }, worker));
    return limitTotalSize(results);
  }

  /** The result of a call that was not recorded. If a retry may succeed, the answer is not stored under the idempotency key. */
  private toFailedResult(ctx: Ctx, error: unknown): CallResult {
    const failure = failureOf(toProblem(error, ctx, this.log));
    if (failure.retryable) currentLease()?.skipStoringAnswer();
    return failure;
  }
}

/** Replaces each result that does not fit into the answer with the results before it by an error. */
function limitTotalSize(results: CallResult[]): CallResult[] {
  let bytesLeft = ANSWER_BYTES_MAX;
  return results.map((result) => {
    const bytes = Buffer.byteLength(JSON.stringify(result));
    if (bytes > bytesLeft)
      return failureOf(
        new IrError('EXT_UNSTRUCTURED_ERROR', 'the results of this batch are too large together; this call ran, its result is dropped'),
      );
    bytesLeft -= bytes;
    return result;
  });
}
