import { InvalidInput, type Page } from '@skep/contracts';
import { randomUUID } from 'node:crypto';
import type { Ctx } from '../context.js';
import type { Database } from '../database.js';
import { defineList, type Paging } from '../list.js';
import { as, statement } from '../statement.js';
import { type MissedSlots, type NewSchedule, type SlotOverlap, Slots, type Timing } from './schedule.js';

/** A schedule, as its owner sees it. */
const SCHEDULE = {
  id: 'text',
  key: 'text',
  kind: 'text',
  input: as<object>('jsonb'),
  timing: as<Timing>('jsonb'),
  overlap: as<SlotOverlap>('text'),
  missed: as<MissedSlots>('text'),
  catch_up_ms: 'int8',
  next_at: 'timestamptz?',
  paused_at: 'timestamptz?',
  ended_at: 'timestamptz?',
  created_at: 'timestamptz',
} as const;
const COLUMNS = Object.keys(SCHEDULE).join(', ');
const OWN = 'tenant_id = :tenant and user_id = :user';

// A schedule that is set as it was keeps its next slot: services set theirs at each start.
const SET = statement(
  `insert into schedule as s (id, tenant_id, user_id, actor, key, kind, input, timing, overlap, missed, catch_up_ms, next_at)
   values (:id, :tenant, :user, :actor, :key, :kind, :input, :timing, :overlap, :missed, :catch_up_ms, :next_at)
   on conflict (tenant_id, user_id, key) do update set
     actor = excluded.actor, kind = excluded.kind, input = excluded.input, timing = excluded.timing, overlap = excluded.overlap,
     missed = excluded.missed, catch_up_ms = excluded.catch_up_ms,
     next_at = case when s.timing = excluded.timing then s.next_at else excluded.next_at end,
     ended_at = case when s.timing = excluded.timing then s.ended_at end
   returning ${COLUMNS}`,
  SCHEDULE,
);
const FIND = statement(`select ${COLUMNS} from schedule where ${OWN} and key = :key`, SCHEDULE);
const LOCK = statement(`select ${COLUMNS} from schedule where ${OWN} and key = :key for update`, SCHEDULE);
const PAUSE = statement(`update schedule set paused_at = now() where ${OWN} and key = :key and paused_at is null returning id`, {
  id: 'text',
});
const RESUME = statement(
  `update schedule set paused_at = null, next_at = :next_at, ended_at = case when :next_at::timestamptz is null then now() end where id = :id`,
);
const REMOVE = statement(`delete from schedule where ${OWN} and key = :key returning id`, { id: 'text' });

const SCHEDULES = defineList({ select: COLUMNS, from: 'schedule', orders: { key: [['key', 'text', 'asc']] } }, SCHEDULE);
const SLOTS = defineList(
  {
    select: 'due_at, outcome, reason, run_id, slots',
    from: 'slot',
    orders: { newest: [['due_at', 'timestamptz', 'desc']] },
  },
  {
    due_at: 'timestamptz',
    outcome: as<'ran' | 'skipped' | 'missed'>('text'),
    /** `overlap`: the run `run_id` had not ended. `down`: no process was there in time. */
    reason: as<'overlap' | 'down' | null>('text?'),
    run_id: 'text?',
    slots: 'int4',
  },
);

export type Schedule = NonNullable<(typeof FIND)['row']>;
export type Slot = NonNullable<(typeof SLOTS)['row']>;

/**
 * Runs that start at set times: each time at which a schedule is due is a slot, whose row says what became of it. A schedule belongs to the
 * caller, who names it by a key. All methods join the current transaction.
 */
export class Schedules {
  constructor(private readonly db: Database) {}

  /**
   * Creates or replaces a schedule. Its next slot changes only if its timing does.
   * @throws Problem `invalid_input` if its timing is wrong
   */
  async set<I extends object>(
    { tenant, user, actor }: Ctx,
    { key, kind, input, timing, overlap = 'skip', missed = 'last', catchUpMs = 86_400_000 }: NewSchedule<I>,
  ): Promise<Schedule> {
    const next_at = firstSlot(timing);
    const values = { id: `sch_${randomUUID().replaceAll('-', '')}`, tenant, user, actor, key, kind: kind.name, overlap, missed, next_at };
    const json = { input: JSON.stringify(input), timing: JSON.stringify(timing), catch_up_ms: catchUpMs };
    return (await this.row(SET, { ...values, ...json }))!;
  }

  /** Undefined if there is none with this key. */
  find({ tenant, user }: Ctx, key: string): Promise<Schedule | undefined> {
    return this.row(FIND, { tenant, user, key });
  }

  /** From now on it is due no more. False if it is paused, or if there is none. */
  async pause({ tenant, user }: Ctx, key: string): Promise<boolean> {
    return (await this.row(PAUSE, { tenant, user, key })) !== undefined;
  }

  /** It is due again from now on: slots meanwhile were none. False if it is not paused, or if there is none. */
  resume({ tenant, user }: Ctx, key: string): Promise<boolean> {
    return this.db.transaction(async () => {
      const schedule = await this.row(LOCK, { tenant, user, key });
      if (!schedule?.paused_at) return false;
      await this.row(RESUME, { id: schedule.id, next_at: new Slots(schedule.timing).after(new Date()) });
      return true;
    });
  }

  /** Removes a schedule with its slots; its runs continue. False if there is none. */
  async remove({ tenant, user }: Ctx, key: string): Promise<boolean> {
    return (await this.row(REMOVE, { tenant, user, key })) !== undefined;
  }

  /** The caller's, by key. */
  list({ tenant, user }: Ctx, paging: Paging): Promise<Page<Schedule>> {
    return this.db.acrossTenants(() => this.db.page(SCHEDULES, { order: 'key', where: [OWN], values: { tenant, user } }, paging));
  }

  /** The newest first. Empty if there is no schedule with this key. */
  listSlots({ tenant, user }: Ctx, key: string, paging: Paging): Promise<Page<Slot>> {
    const where = [`schedule_id = (select id from schedule where ${OWN} and key = :key)`];
    return this.db.acrossTenants(() => this.db.page(SLOTS, { order: 'newest', where, values: { tenant, user, key } }, paging));
  }

  // Each statement names the owner, who may also be the service itself.
  private row: Database['row'] = (statement, values) => this.db.acrossTenants(() => this.db.row(statement, values));
}

function firstSlot(timing: Timing): Date {
  let msg = 'is never due';
  try {
    const first = new Slots(timing).first(new Date());
    if (first) return first;
  } catch (error) {
    msg = (error as Error).message;
  }
  throw InvalidInput([{ loc: ['timing'], msg, type: 'timing' }]);
}
