import { newCtx } from '../context.js';
import type { Database } from '../database.js';
import { Interval } from '../interval.js';
import type { Log } from '../log.js';
import type { Metrics } from '../metrics.js';
import { as, statement } from '../statement.js';
import type { RunStore } from './run-store.js';
import type { RunHandler } from './run-worker.js';
import { type MissedSlots, type SlotOverlap, Slots, type Timing } from './schedule.js';

/** A slot that starts later than this was missed. */
const LATE_MS = 60_000;
/** How many slots of a schedule that was not due in time run at most, and have rows of their own at least. */
const CATCH_UP_MOST = 100;
/** How many older ones have a row together. */
const TOGETHER = 100;
/** How many schedules a process fires at once: one waits for Postgres most of the time. */
const AT_ONCE = 4;

const CLAIM = statement(
  `select id, tenant_id, user_id, actor, kind, input, timing, overlap, missed, catch_up_ms, next_at, clock_timestamp() as now from schedule
    where next_at <= clock_timestamp() and paused_at is null and kind = any(:kinds) and id <> all(:failed)
    order by next_at limit 1 for update skip locked`,
  {
    ...{ id: 'text', tenant_id: 'text', user_id: 'text', actor: 'text', kind: 'text', input: as<object>('jsonb') },
    ...{ timing: as<Timing>('jsonb'), overlap: as<SlotOverlap>('text'), missed: as<MissedSlots>('text') },
    ...{ catch_up_ms: 'int8', next_at: 'timestamptz', now: 'timestamptz' },
  },
);
/** The next one that will be due. */
const NEXT = statement(
  `select (extract(epoch from next_at - clock_timestamp()) * 1000)::float8 as in_ms from schedule
    where next_at > clock_timestamp() and paused_at is null and kind = any(:kinds) order by next_at limit 1`,
  { in_ms: 'float8' },
);
type Due = NonNullable<(typeof CLAIM)['row']>;

// A slot that has a row does not run again, also when the timing was changed and is as before.
const ADD = statement(
  `insert into slot (schedule_id, due_at, outcome, reason, slots)
   select :id, g.due_at, g.outcome, g.reason, g.slots
     from jsonb_to_recordset(:slots) as g (due_at timestamptz, outcome text, reason text, slots integer)
   on conflict do nothing
   returning due_at`,
  { due_at: 'timestamptz' },
);
const FINISH = statement(
  `with given as (
     select * from jsonb_to_recordset(:started) as g (due_at timestamptz, outcome text, reason text, run_id text)
   ), started as (
     update slot s set outcome = g.outcome, reason = g.reason, run_id = g.run_id from given g
      where s.schedule_id = :id and s.due_at = g.due_at
   )
   update schedule set next_at = :next_at, ended_at = case when :next_at::timestamptz is null then now() end where id = :id`,
);

interface NewSlot {
  due_at: Date;
  outcome: 'ran' | 'missed';
  reason?: 'down';
  slots: number;
}

/**
 * Fires the schedules of a service: the row of a slot, its run and the schedule's next slot are one transaction. Any number of processes may;
 * one that dies leaves the slot to the others.
 */
export class ScheduleWorker {
  private readonly poll: Interval;
  private readonly pollMs: number;
  private next?: NodeJS.Timeout;

  constructor(
    private readonly handlers: ReadonlyMap<string, RunHandler>,
    private readonly store: RunStore,
    private readonly db: Database,
    private readonly log: Log,
    private readonly metrics?: Metrics,
  ) {
    this.pollMs = store.leaseMs / 12;
    this.poll = new Interval(this.pollMs, () => this.fireDue());
  }

  start(): void {
    if (this.handlers.size) this.poll.start();
  }

  async stop(): Promise<void> {
    await this.poll.stop();
    clearTimeout(this.next);
  }

  private async fireDue(): Promise<void> {
    // What fails keeps no other schedule waiting.
    const failed: string[] = [];
    const fireAll = async () => {
      while (await this.fireOne(failed));
    };
    // Mostly none is due.
    if (await this.fireOne(failed)) await Promise.all(Array.from({ length: AT_ONCE }, fireAll));
    await this.wakeForNext();
  }

  /** Fires a schedule that is due. @param failed those that are left out @returns whether there was one */
  private async fireOne(failed: string[]): Promise<boolean> {
    let due: Due | undefined;
    try {
      const fireClaimed = async () => {
        due = await this.db.row(CLAIM, { kinds: [...this.handlers.keys()], failed });
        if (due) await this.fire(due);
      };
      await this.db.acrossTenants(() => this.db.transaction(fireClaimed));
    } catch (error) {
      this.log.warn({ error, schedule: due?.id }, 'a schedule could not be fired; trying again in a second');
      if (due) failed.push(due.id);
    }
    return due !== undefined;
  }

  /** Does not wait for the next poll if a schedule is due before it. */
  private async wakeForNext(): Promise<void> {
    clearTimeout(this.next);
    const next = await this.db.acrossTenants(() => this.db.row(NEXT, { kinds: [...this.handlers.keys()] })).catch(() => undefined);
    if (next && next.in_ms < this.pollMs) this.next = setTimeout(() => void this.poll.run(), Math.ceil(next.in_ms)).unref();
  }

  private async fire(schedule: Due): Promise<void> {
    const { id, timing, next_at, now } = schedule;
    const { due, next } = new Slots(timing).due(next_at, now, TOGETHER + CATCH_UP_MOST);
    const isMore = due.length === TOGETHER + CATCH_UP_MOST;
    const slots = isMore
      ? [{ due_at: due[0]!, outcome: 'missed' as const, reason: 'down' as const, slots: TOGETHER }]
      : toSlots(schedule, due);
    const added = new Set((await this.db.rows(ADD, { id, slots: JSON.stringify(slots) })).map(({ due_at }) => due_at.getTime()));
    const started: ({ due_at: Date } & Awaited<ReturnType<ScheduleWorker['startRun']>>)[] = [];
    for (const { due_at, outcome } of slots)
      if (outcome === 'ran' && added.has(due_at.getTime())) started.push({ due_at, ...(await this.startRun(schedule, due_at)) });
    await this.db.rows(FINISH, { id, started: JSON.stringify(started), next_at: isMore ? due[TOGETHER] : next });
    const missed = slots.filter(({ due_at, outcome }) => outcome === 'missed' && added.has(due_at.getTime()));
    this.db.afterCommit(() => this.countSlots(schedule.kind, [...started, ...missed]));
  }

  private countSlots(kind: string, slots: { outcome: string; slots?: number }[]): void {
    for (const { outcome, slots: count = 1 } of slots) this.metrics?.countSlots(kind, outcome, count);
  }

  private async startRun({ id, tenant_id, user_id, actor, kind, input, overlap }: Due, due_at: Date) {
    const ctx = newCtx({ tenant: tenant_id, user: user_id, actor });
    const runKind = { ...this.handlers.get(kind)!.kind, overlap: overlap === 'skip' ? ('refuse' as const) : overlap };
    const run = await this.store.start(runKind, ctx, { ...input, due_at: due_at.toISOString() }, { lane: `schedule ${id}` });
    return run.outcome === 'refused' ? { outcome: 'skipped', reason: 'overlap', run_id: run.id } : { outcome: 'ran', run_id: run.id };
  }
}

/** Decides which of the slots that are due run. */
function toSlots({ missed, catch_up_ms, now }: Due, due: Date[]): NewSlot[] {
  const ageOf = (slot: Date) => now.getTime() - slot.getTime();
  const inTime = due.filter((slot) => ageOf(slot) <= LATE_MS);
  const chosen = { skip: inTime, last: inTime.length ? inTime : due.slice(-1), all: due }[missed];
  const running = new Set(chosen.slice(-CATCH_UP_MOST).filter((slot) => ageOf(slot) <= Math.max(catch_up_ms, LATE_MS)));
  return due.map((due_at) =>
    running.has(due_at) ? { due_at, outcome: 'ran', slots: 1 } : { due_at, outcome: 'missed', reason: 'down', slots: 1 },
  );
}
