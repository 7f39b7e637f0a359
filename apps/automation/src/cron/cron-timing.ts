import { InvalidInput, isObject, Problem } from '@skep/contracts';
import { SCHEDULE_KINDS, type ScheduleKind } from '@skep/contracts/automation';
import { Slots, type Timing } from '@skep/platform';

/** When a job runs, in the words of the person. */
export interface JobSchedule {
  kind: ScheduleKind;
  value: string;
  timezone: string;
}

/** What may be sent for a schedule: in one field, or in two. */
export interface SentSchedule {
  schedule?: unknown;
  schedule_kind?: ScheduleKind;
  schedule_value?: string;
  timezone?: string;
}

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const PERIOD = /^(\d{1,9})\s*([smhd])$/;
const TIME_OF_DAY = /^(\d{1,2})(?::(\d{2}))?$/;
const PERIOD_MAX_MS = 366 * UNIT_MS.d;

/** The schedule that was sent, with the rest of the former one. @throws Problem `invalid_input` naming the field */
export function readSchedule(sent: SentSchedule, former?: JobSchedule): JobSchedule {
  const { schedule } = sent;
  const timezone = sent.timezone ?? former?.timezone ?? 'UTC';
  let [kind, value, place]: [unknown, unknown, string] = [
    sent.schedule_kind ?? former?.kind,
    sent.schedule_value ?? former?.value,
    'schedule_value',
  ];
  if (schedule !== undefined) {
    place = 'schedule';
    [kind, value] = isObject(schedule) ? [schedule['kind'], schedule['value']] : ['cron', schedule];
  }
  if (kind === undefined || value === undefined) throw fault('schedule', 'Send schedule, or schedule_kind and schedule_value', 'missing');
  if (!SCHEDULE_KINDS.some((one) => one === kind)) throw fault(place, `The kind is one of ${SCHEDULE_KINDS.join(', ')}`);
  if (typeof value !== 'string' || value.length > 100) throw fault(place, 'Send a text of at most 100 characters');
  const read = { kind: kind as ScheduleKind, value, timezone };
  try {
    if (new Slots(timingOf(read, new Date())).after(new Date())) return read;
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw fault(place, (error as Error).message);
  }
  throw fault(place, 'This time does not come');
}

/** The cron pattern of a schedule; undefined for a period. @throws Error saying what is wrong */
export function cronOf({ kind, value }: JobSchedule): string | undefined {
  if (kind === 'cron') return value;
  if (kind === 'every') return undefined;
  const [, hour, minute = '0'] = TIME_OF_DAY.exec(value.trim()) ?? [];
  if (hour === undefined || Number(hour) > 23 || Number(minute) > 59) throw new Error('at is a time such as 09:30');
  return `${Number(minute)} ${Number(hour)} * * *`;
}

/** @param from since when its period counts @throws Error saying what is wrong */
export function timingOf(schedule: JobSchedule, from: Date): Timing {
  const cron = cronOf(schedule);
  if (cron !== undefined) return { cron, time_zone: schedule.timezone };
  const [, count, unit] = PERIOD.exec(schedule.value.trim()) ?? [];
  const every_ms = Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
  if (!(every_ms >= 1_000 && every_ms <= PERIOD_MAX_MS)) throw new Error('every is a period such as 15m, from 1s to 366d');
  return { every_ms, from: from.toISOString() };
}

const fault = (place: string, msg: string, type = 'value_error') => InvalidInput([{ loc: [place], msg, type }]);
