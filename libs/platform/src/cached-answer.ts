import { type Event, type Operation, Problem } from '@skep/contracts';
import type { Bus } from './bus.js';
import type { Ctx } from './context.js';

/** How long an answer is used at most. A change whose event does not arrive takes effect within this time. */
const TTL_MS = 60_000;
/** How long its owner may take to answer, and for how long it is not asked again after that. */
const TIMEOUT_MS = 1_000;
const RETRY_MS = 5_000;

/**
 * The answer of an operation without input, which is the same for all callers, kept until an event says that it has changed. While its
 * owner does not answer, the last answer is used. The aggregate declares the operation in `calls` and the event in `listens`.
 */
export class CachedAnswer<O> {
  private freshUntil = 0;
  private changes = 0;

  /** @param answer what is used until the owner has answered for the first time */
  constructor(
    private readonly bus: Bus,
    private readonly operation: Operation<object, O>,
    changed: Event,
    private answer: O,
  ) {
    bus.subscribe(changed, () => {
      this.changes++;
      this.freshUntil = 0;
    });
  }

  async get(ctx: Ctx): Promise<O> {
    if (performance.now() < this.freshUntil) return this.answer;
    const { changes } = this;
    const deadline = Math.min(ctx.deadline, Date.now() + TIMEOUT_MS);
    try {
      this.answer = await this.bus.call(this.operation, { ...ctx, deadline, idempotencyKey: undefined }, {});
      // An answer on its way during a change may be that of before it.
      if (changes === this.changes) this.freshUntil = performance.now() + TTL_MS;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.freshUntil = performance.now() + RETRY_MS;
    }
    return this.answer;
  }
}
