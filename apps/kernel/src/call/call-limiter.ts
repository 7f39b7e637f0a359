import { TooManyRequests } from '@skep/contracts';
import { type Ctx, FairQueue, ownerOf } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { KernelConfig } from '../kernel.config.js';

/** Limits what one user runs in this process at once: calls, smoke runs, and one computing step. */
@Injectable()
export class CallLimiter {
  private readonly calls: FairQueue;
  private readonly smokeRuns: FairQueue;
  private readonly turns = new FairQueue(Infinity, 1);

  constructor({ SKEP_CALLS_AT_ONCE, SKEP_SMOKE_RUNS_AT_ONCE }: KernelConfig) {
    this.calls = new FairQueue(Infinity, SKEP_CALLS_AT_ONCE);
    this.smokeRuns = new FairQueue(Infinity, SKEP_SMOKE_RUNS_AT_ONCE);
  }

  /**
   * Runs a call within the user's limit.
   * @param waits whether the call waits for a slot until its deadline
   * @throws Problem `too_many_requests`.
   */
  limitCall<T>(ctx: Ctx, waits: boolean, work: () => Promise<T>): Promise<T> {
    return runLimited(this.calls, ctx, waits, work);
  }

  /** Like `limitCall`, for a smoke run. */
  limitSmokeRun<T>(ctx: Ctx, waits: boolean, work: () => Promise<T>): Promise<T> {
    return runLimited(this.smokeRuns, ctx, waits, work);
  }

  /** Waits for a turn of the event loop in which nothing else of this user computes, so that other users' work runs in between. */
  waitForTurn(ctx: Ctx): Promise<void> {
    return this.turns.run(ownerOf(ctx), () => nextTurn());
  }
}

async function runLimited<T>(queue: FairQueue, ctx: Ctx, waits: boolean, work: () => Promise<T>): Promise<T> {
  const owner = ownerOf(ctx);
  if (!waits && !queue.hasRoom(owner)) throw TooManyRequests('You have too many calls running. Try again when one has finished.', 1);
  return queue.run(owner, work, Math.max(0, ctx.deadline - Date.now()));
}
