/**
 * Defers writes to the end of the current turn of the event loop. The NATS client writes to its socket after every message; when it
 * gets many messages at once, it writes once, and a system call costs more than the message.
 */
export class WriteCoalescer {
  private work: (() => void)[] = [];

  /** @param work must not throw */
  schedule(work: () => void): void {
    if (this.work.push(work) === 1) setImmediate(() => this.flush());
  }

  /** Runs all scheduled work now. */
  flush(): void {
    const { work } = this;
    this.work = [];
    for (const each of work) each();
  }
}
