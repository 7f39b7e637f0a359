import { currentSpan, runInSpan, type Span } from '@skep/platform';

/** Sends a list and returns the results in its order. Unless `waitForLocks`, the result of a locked item is undefined. */
export type Send<I, O> = (items: I[], waitForLocks: boolean) => Promise<(O | undefined)[]>;

interface QueuedItem {
  send: Send<unknown, unknown>;
  key: string;
  item: unknown;
  /** Of the request that queued it. */
  span: Span | undefined;
  resolve: (result: unknown) => void;
  reject: (error: unknown) => void;
}

const ITEMS_MAX = 256;
/** Maximum concurrent batches that wait for locks. One further batch, which skips locked items, runs in parallel. */
const LOCK_WAITS_MAX = 3;

/**
 * Sends concurrent items with the same `send` in batches. Items never wait to fill a batch: one batch follows another, so batches grow
 * with the load. No two batches in progress contain the same key. An item whose key is locked is sent again in a batch of that key alone
 * that waits for the lock, so a contended key does not delay others. If a batch fails, each of its items is retried alone.
 */
export class Batcher {
  private queue: QueuedItem[] = [];
  private readonly inProgress = new Set<string>();
  private readonly locked = new Set<string>();
  private skipLockedRunning = false;
  private lockWaits = 0;
  private scheduled = false;

  /** Queues an item. Items that lock the same row have the same `key`, whatever their `send`. @throws what `send` throws. */
  run<I, O>(send: Send<I, O>, key: string, item: I): Promise<O> {
    return new Promise<O>((resolve, reject) => {
      this.queue.push({ send, key, item, span: currentSpan(), resolve, reject } as QueuedItem);
      if (this.scheduled) return;
      this.scheduled = true;
      // At the end of the event loop's turn, so that everything from one read of the socket goes into one batch.
      setImmediate(() => {
        this.scheduled = false;
        this.dispatch();
      });
    });
  }

  private dispatch(): void {
    for (;;) {
      const free = this.queue.filter(({ key }) => !this.inProgress.has(key));
      const first = free.find(({ key }) => (this.locked.has(key) ? this.lockWaits < LOCK_WAITS_MAX : !this.skipLockedRunning));
      if (!first) return;
      const waitForLocks = this.locked.has(first.key);
      const fits = ({ send, key }: QueuedItem) => send === first.send && (waitForLocks ? key === first.key : !this.locked.has(key));
      const batch = new Set(free.filter(fits).slice(0, ITEMS_MAX));
      this.queue = this.queue.filter((one) => !batch.has(one));
      void this.sendBatch([...batch], waitForLocks);
    }
  }

  private async sendBatch(batch: QueuedItem[], waitForLocks: boolean): Promise<void> {
    const keys = new Set(batch.map(({ key }) => key));
    for (const key of keys) this.inProgress.add(key);
    if (waitForLocks) this.lockWaits++;
    else this.skipLockedRunning = true;
    const locked = await this.resolveBatch(batch, waitForLocks);
    if (waitForLocks) this.lockWaits--;
    else this.skipLockedRunning = false;
    for (const key of keys) this.inProgress.delete(key);
    if (waitForLocks) for (const key of keys) this.locked.delete(key);
    for (const { key } of locked) this.locked.add(key);
    this.queue.unshift(...locked);
    this.dispatch();
  }

  /** Sends the batch, settles its items and returns the locked ones. */
  private async resolveBatch(batch: QueuedItem[], waitForLocks: boolean): Promise<QueuedItem[]> {
    try {
      const { send, span } = batch[0]!;
      const items = batch.map(({ item }) => item);
      const results = await runInSpan(span, () => send(items, waitForLocks));
      if (results.length !== batch.length) throw new Error(`sent ${batch.length} items, got ${results.length} results`);
      return batch.filter(({ resolve }, index) => {
        const result = results[index];
        if (result !== undefined) resolve(result);
        return result === undefined;
      });
    } catch (error) {
      if (batch.length === 1) {
        batch[0]!.reject(error);
        return [];
      }
      const locked: QueuedItem[] = [];
      for (const one of batch) locked.push(...(await this.resolveBatch([one], waitForLocks)));
      return locked;
    }
  }
}
