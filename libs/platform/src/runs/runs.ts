import { Conflict } from '@skep/contracts';
import type { Ctx } from '../context.js';
import type { RunKind } from './run-kind.js';
import type { NewRun, RunStore, Started } from './run-store.js';

/**
 * Work that outlives its caller: a run is a row, and its handler continues wherever it stopped, in any process, until it has ended.
 * All methods join the current transaction.
 */
export class Runs {
  constructor(private readonly store: RunStore) {}

  /**
   * Starts a run of the caller. An operation with `spansCalls` that continues under its Idempotency-Key joins the run that it started, if
   * the options have no key; give each of several runs a key of its own, with `withKeySuffix`.
   * @throws Problem `conflict` if its kind refuses a second run in a lane, and there is one
   */
  async start<I extends object>(kind: RunKind<I>, ctx: Ctx, input: I, options: Omit<NewRun, 'parent'> = {}): Promise<Started> {
    const started = await this.store.start(kind, ctx, input, options);
    if (started.outcome === 'refused') throw Conflict(`Another one is in progress: ${started.id}.`);
    return started;
  }

  /** Gives a run the answer that it waits for under this name. The first one counts. False if there is one, or if the run has ended. */
  answer(id: string, name: string, answer: unknown): Promise<boolean> {
    return this.store.answer(id, name, answer);
  }

  /** Cancels a run and its children; a step in progress is asked to stop. False if it has ended. */
  cancel(id: string): Promise<boolean> {
    return this.store.cancel(id);
  }

  /** Undefined if there is none with this id. */
  find(id: string) {
    return this.store.find(id);
  }
}
