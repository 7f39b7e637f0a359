import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log.js';
import { END, ensureRunLog, type LogEntry, runSubject } from './log.js';

/** How long events are gathered into one message. */
const GATHER_MS = 25;
/** Well below the server's `max_payload`. */
const MAX_MESSAGE_CHARACTERS = 500_000;
const MAX_EVENT_CHARACTERS = 250_000;
/** Beyond this many characters, which wait during an outage of JetStream, events are dropped, and readers get `run.gap`. */
const MAX_WAITING = 16_000_000;
const PUBLISH_TIMEOUT_MS = 2_000;
const RETRY_MS = 500;
/** How long the end of a run waits until its events are in the log: for a publication that an outage interrupts, and one that follows it. */
const FLUSH_MS = 2 * (PUBLISH_TIMEOUT_MS + RETRY_MS);

/** Publishes the events of a process's runs, in their order, one message at a time. They are what is shown, never the truth. */
export class RunEvents {
  private waiting: { run: string; text: string }[] = [];
  private characters = 0;
  /** How many events of each run are not in the log yet. */
  private readonly unsent = new Map<string, number>();
  private timer?: NodeJS.Timeout | undefined;
  private sending = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly connection: NatsConnection,
    private readonly context: string,
    private readonly log: Log,
  ) {}

  /** @throws Error for an event of more than 250,000 characters as JSON */
  add(entry: LogEntry): void {
    const text = JSON.stringify(entry);
    if (text.length > MAX_EVENT_CHARACTERS) throw new Error(`an event of ${entry[0]} is larger than ${MAX_EVENT_CHARACTERS} characters`);
    if (this.characters + text.length > MAX_WAITING) return;
    const [run] = entry;
    this.waiting.push({ run, text });
    this.characters += text.length;
    this.unsent.set(run, (this.unsent.get(run) ?? 0) + 1);
    this.timer ??= setTimeout(() => this.send(), GATHER_MS);
  }

  /** Announces that a run has ended. */
  end(run: string): void {
    this.add([run, 0, 0, END, null]);
  }

  /** Resolves when the log has all events of a run so far, or after some seconds: the end of a run does not wait for that of a long outage of JetStream. @returns whether it has */
  async flush(run: string): Promise<boolean> {
    if (this.unsent.has(run)) await this.sendNow();
    return !this.unsent.has(run);
  }

  async stop(): Promise<void> {
    await this.sendNow();
    clearTimeout(this.timer);
    this.stopped = true;
  }

  private async sendNow(): Promise<void> {
    this.send();
    await Promise.race([this.sending, sleep(FLUSH_MS, undefined, { ref: false })]);
  }

  private send(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.sending = this.sending.then(() => this.publishWaiting());
  }

  private async publishWaiting(): Promise<void> {
    while (this.waiting.length) {
      const entries = this.takeEntries();
      const message = `[${entries.map(({ text }) => text).join(',')}]`;
      while (!this.stopped && !(await this.publish(message))) await sleep(RETRY_MS, undefined, { ref: false });
      for (const { run } of entries) this.markSent(run);
    }
  }

  /** As many as fit into one message. */
  private takeEntries() {
    let [count, characters] = [0, 0];
    for (const { text } of this.waiting) {
      if (count && characters + text.length > MAX_MESSAGE_CHARACTERS) break;
      characters += text.length;
      count++;
    }
    this.characters -= characters;
    return this.waiting.splice(0, count);
  }

  private markSent(run: string): void {
    const left = this.unsent.get(run)! - 1;
    if (left) this.unsent.set(run, left);
    else this.unsent.delete(run);
  }

  /** A message whose acknowledgement is lost is published again: readers recognise its events by their numbers. */
  private async publish(message: string): Promise<boolean> {
    try {
      await jetstream(this.connection).publish(runSubject(this.context), message, { timeout: PUBLISH_TIMEOUT_MS });
      return true;
    } catch (error) {
      this.log.warn({ error }, 'events of runs could not be published; trying again');
      await ensureRunLog(this.connection).catch(() => undefined);
      return false;
    }
  }
}
