/**
 * Does at the end of a turn of the event loop what was asked for during it. The NATS client writes to its socket after every
 * message; told many at once it writes once, and a system call costs more than the message it carries.
 */
export class WriteCoalescer {
  private work: (() => void)[] = [];

  /** Must not throw. */
  schedule(work: () => void): void {
    if (this.work.push(work) === 1) setImmediate(() => this.flush());
  }

  flush(): void {
    const { work } = this;
    this.work = [];
    for (const each of work) each();
  }
}
