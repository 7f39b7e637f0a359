import { Cron } from 'croner';
import type { RunKind } from './run-kind.js';

/**
 * When a schedule is due: once; every so many milliseconds (at least 100), counted from a time or from when it was set; or at the times of a
 * cron pattern of five fields in a time zone, such as `Europe/Berlin`. Where clocks are changed, a local time that does not exist, such as
 * `30 2 * * *`, is due when the next one begins, and one that occurs twice is due the first time only; a pattern with several times an hour
 * or a day is due at those that exist, as often as they occur.
 */
export type Timing = { at: Date | string } | { every_ms: number; from?: Date | string } | { cron: string; time_zone: string };

/** What happens when a schedule is due while its last run has not ended. */
export type SlotOverlap = 'skip' | 'queue' | 'replace';

/** Which slots run that were due more than a minute ago, because no process was there: none, the newest unless a newer one runs in time, or all. */
export type MissedSlots = 'skip' | 'last' | 'all';

/** A schedule to be set. The handler gets the time of the slot as a further field of its input, `due_at`. */
export interface NewSchedule<I extends object> {
  /** Names it among its owner's. */
  key: string;
  kind: RunKind<I>;
  input: Omit<I, 'due_at'>;
  timing: Timing;
  /** `skip` by default. */
  overlap?: SlotOverlap;
  /** `last` by default. At most the newest 100 run. */
  missed?: MissedSlots;
  /** Slots that were due longer ago do not run: a day by default. */
  catchUpMs?: number;
}

const EVERY_LEAST_MS = 100;

/** The slots of a timing, one after the other. @throws Error saying what is wrong with it */
export class Slots {
  private readonly cron: Cron | undefined;

  constructor(private readonly timing: Timing) {
    if ('cron' in timing) this.cron = new Cron(timing.cron, { timezone: timing.time_zone, mode: '5-part' });
    else if ('every_ms' in timing && !(Number.isInteger(timing.every_ms) && timing.every_ms >= EVERY_LEAST_MS))
      throw new Error(`every_ms must be an integer of at least ${EVERY_LEAST_MS}`);
    for (const name of ['at', 'from'] as const) {
      const time = (timing as { at?: Date | string; from?: Date | string })[name];
      if (time !== undefined && Number.isNaN(new Date(time).getTime())) throw new Error(`${name} must be a time`);
    }
  }

  /** The first slot of a schedule that is set now. */
  first(now: Date): Date | undefined {
    return 'at' in this.timing ? new Date(this.timing.at) : this.after(now);
  }

  /** The next slot after a slot or another time. */
  after(time: Date): Date | undefined {
    const { timing } = this;
    if (this.cron) return this.cron.nextRun(time) ?? undefined;
    if ('at' in timing) return new Date(timing.at) > time ? new Date(timing.at) : undefined;
    const { every_ms, from } = timing as Extract<Timing, { every_ms: number }>;
    if (from === undefined) return new Date(time.getTime() + every_ms);
    const start = new Date(from).getTime();
    return new Date(start + Math.max(0, Math.floor((time.getTime() - start) / every_ms) + 1) * every_ms);
  }

  /** The slots from the first one until now, at most so many, and the one after them. */
  due(first: Date, now: Date, atMost: number): { due: Date[]; next: Date | undefined } {
    const due: Date[] = [];
    let next: Date | undefined = first;
    for (; next && next <= now && due.length < atMost; next = this.after(next)) due.push(next);
    return { due, next };
  }
}
