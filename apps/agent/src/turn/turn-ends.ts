import { DeadlineExceeded } from '@skep/contracts';
import { type Ctx, Runs } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TurnResult } from './turn-kind.js';

/** Turns that other processes end are looked for after a while that grows. */
const FIRST_MS = 15;
const MOST_MS = 250;
const MARGIN_MS = 500;

/** How a turn has ended, or that it waits for its person. */
export type TurnEnd = { status: 'done'; result: TurnResult } | { status: 'failed' | 'cancelled' | 'waiting' };

/** Waits for the end of turns. */
@Injectable()
export class TurnEnds {
  constructor(private readonly runs: Runs) {}

  /** @throws Problem `deadline_exceeded` if the caller waits no longer; the turn continues */
  async wait(ctx: Ctx, run_id: string): Promise<TurnEnd> {
    for (let ms = FIRST_MS; Date.now() < ctx.deadline - MARGIN_MS; ms = Math.min(ms * 1.5, MOST_MS)) {
      const run = await this.runs.find(run_id);
      if (run?.status === 'done') return { status: 'done', result: run.result as TurnResult };
      if (run?.status === 'failed' || run?.status === 'cancelled' || run?.status === 'waiting') return { status: run.status };
      await sleep(ms);
    }
    throw DeadlineExceeded();
  }
}
