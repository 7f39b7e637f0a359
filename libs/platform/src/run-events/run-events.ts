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
/** How long the end of a run waits until its events are in the log. */
const FLUSH_MS = 1_000;

/** Publishes the events of a process's runs, in their order, one message at a time. They are what is shown, never the truth. */
export class RunEvents {
  private waiting: string[] = [];
  private characters = 0;
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
    this.waiting.push(text);
    this.characters += text.length;
    this.timer ??= setTimeout(() => this.send(), GATHER_MS);
  }

  /** Announces that a run has ended. */
  end(run: string): void {
    this.add([run, 0, 0, END, null]);
    this.send();
  }

  /** Resolves when the log has all events so far, or after a second: an outage of JetStream ends no run late. */
  async flush(): Promise<void> {
    if (this.waiting.length) this.send();
    await Promise.race([this.sending, sleep(FLUSH_MS, undefined, { ref: false })]);
  }

  async stop(): Promise<void> {
    await this.flush();
    clearTimeout(this.timer);
    this.stopped = true;
  }

  private send(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.sending = this.sending.then(() => this.publishWaiting());
  }

  private async publishWaiting(): Promise<void> {
    while (this.waiting.length) {
      const message = this.takeMessage();
      while (!this.stopped && !(await this.publish(message))) await sleep(RETRY_MS, undefined, { ref: false });
    }
  }

  private takeMessage(): string {
    let [count, characters] = [0, 0];
    for (const { length } of this.waiting) {
      if (count && characters + length > MAX_MESSAGE_CHARACTERS) break;
      characters += length;
      count++;
    }
    this.characters -= characters;
    return `[${this.waiting.splice(0, count).join(',')}]`;
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
