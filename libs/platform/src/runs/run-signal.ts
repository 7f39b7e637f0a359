import type { Bus } from '../bus.js';
import type { RunChange } from './run-store.js';

/** Signals within this time go together. */
const TOGETHER_MS = 20;

/**
 * Tells the other processes of a service what they would otherwise see when they look the next time, about once a second: so a signal may be
 * lost. Postgres has the truth.
 */
export class RunSignal {
  private readonly changes = new Set<RunChange>();
  private timer?: NodeJS.Timeout | undefined;
  private closed = false;
  private readonly subject: string;

  constructor(
    private readonly bus: Bus,
    context: string,
  ) {
    this.subject = `runs.${context}`;
  }

  send(change: RunChange): void {
    if (this.closed) return;
    this.changes.add(change);
    this.timer ??= setTimeout(() => this.flush(), TOGETHER_MS).unref();
  }

  /** Calls `listener` with the signals of all processes, this one's too. */
  listen(listener: (change: RunChange) => void): void {
    this.bus.connection.subscribe(this.subject, {
      callback: (error, message) => {
        if (!error) message.json<RunChange[]>().forEach(listener);
      },
    });
  }

  /** Sends what waits, and nothing afterwards. */
  close(): void {
    this.flush();
    this.closed = true;
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.changes.size && this.bus.isConnected) this.bus.connection.publish(this.subject, JSON.stringify([...this.changes]));
    this.changes.clear();
  }
}
