import { TooManyRequests } from '@skep/contracts';
import { type Ctx, FairQueue, ownerOf } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { KernelConfig } from '../kernel.config.js';

/** What one person has under way in this process at once: a number of calls and of smoke runs, and one step that computes. */
@Injectable()
export class UnderWay {
  private readonly calls: FairQueue;
  private readonly smokeRuns: FairQueue;
  private readonly turns = new FairQueue(Infinity, 1);

  constructor({ SKEP_CALLS_AT_ONCE, SKEP_SMOKE_RUNS_AT_ONCE }: KernelConfig) {
    this.calls = new FairQueue(Infinity, SKEP_CALLS_AT_ONCE);
    this.smokeRuns = new FairQueue(Infinity, SKEP_SMOKE_RUNS_AT_ONCE);
  }

  /** @param waits whether the call waits where there are too many, until its deadline @throws Problem `too_many_requests` */
  call<T>(ctx: Ctx, waits: boolean, work: () => Promise<T>): Promise<T> {
    return within(this.calls, ctx, waits, work);
  }

  /** Like `call`, for a smoke run. */
  smokeRun<T>(ctx: Ctx, waits: boolean, work: () => Promise<T>): Promise<T> {
    return within(this.smokeRuns, ctx, waits, work);
  }

  /** Waits for a turn of the event loop in which nothing else of this person computes, so that others' work is done in between. */
  turn(ctx: Ctx): Promise<void> {
    return this.turns.run(ownerOf(ctx), () => nextTurn());
  }
}

async function within<T>(queue: FairQueue, ctx: Ctx, waits: boolean, work: () => Promise<T>): Promise<T> {
  const owner = ownerOf(ctx);
  if (!waits && !queue.hasRoom(owner)) throw TooManyRequests('You have too many calls under way. Try again when one has ended.', 1);
  return queue.run(owner, work, Math.max(0, ctx.deadline - Date.now()));
}
