interface Waiting<I, O> {
  item: I;
  resolve: (output: O) => void;
  reject: (error: unknown) => void;
}

/** Sends items of many callers in one call: those that come while one is in progress go together in the next. */
export class Together<I, O> {
  private waiting: Waiting<I, O>[] = [];
  private sending = false;

  /** @param send returns one output per item, in their order; if it fails, all of its items do */
  constructor(private readonly send: (items: I[]) => Promise<O[]>) {}

  run(item: I): Promise<O> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (!this.sending) void this.drain();
    });
  }

  private async drain(): Promise<void> {
    this.sending = true;
    // What the same turn of the event loop adds goes along.
    await new Promise(setImmediate);
    while (this.waiting.length) {
      const batch = this.waiting.splice(0, 500);
      try {
        const outputs = await this.send(batch.map(({ item }) => item));
        batch.forEach(({ resolve }, i) => resolve(outputs[i]!));
      } catch (error) {
        batch.forEach(({ reject }) => reject(error));
      }
    }
    this.sending = false;
  }
}
