import { AsyncLocalStorage } from 'node:async_hooks';
import { currentSpan, runInSpan, type Span } from '../tracing/span.js';

interface Waiting<I, O> {
  item: I;
  /** Of the work that waits. */
  span: Span | undefined;
  resolve: (output: O) => void;
  reject: (error: unknown) => void;
}

/**
 * Sends items of many callers in one call: those that come while one is in progress go together in the next. If a call fails, each of its
 * items is sent again alone, so that an item fails only for itself. Sending belongs to no caller: it has no owner, tenant or transaction.
 */
export class Together<I, O> {
  private waiting: Waiting<I, O>[] = [];
  private sending = false;
  private readonly apart = AsyncLocalStorage.snapshot();

  /** @param send returns one output per item, in their order; an item may be sent again after a failure @param most of one call */
  constructor(
    private readonly send: (items: I[]) => Promise<O[]>,
    private readonly most = 500,
  ) {}

  run(item: I): Promise<O> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, span: currentSpan(), resolve, reject });
      if (!this.sending) void this.apart(() => this.drain());
    });
  }

  private async drain(): Promise<void> {
    this.sending = true;
    // What the same turn of the event loop adds goes along.
    await new Promise(setImmediate);
    while (this.waiting.length) await this.sendBatch(this.waiting.splice(0, this.most));
    this.sending = false;
  }

  private async sendBatch(batch: Waiting<I, O>[]): Promise<void> {
    try {
      const outputs = await runInSpan(batch[0]?.span, () => this.send(batch.map(({ item }) => item)));
      batch.forEach(({ resolve }, i) => resolve(outputs[i]!));
    } catch (error) {
      if (batch.length === 1) batch[0]!.reject(error);
      else await Promise.all(batch.map((one) => this.sendBatch([one])));
    }
  }
}
