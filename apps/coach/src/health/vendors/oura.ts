import { dayAt, dayOf, idOf, measure, momentOf, objectOf, objectsOf, offsetOf, positive, type Raw, textOf, whole } from '../figures.js';
import { type ActivityRecord, type DayRecord, NOTHING, type Records, type SleepRecord } from '../record.js';
import { sportOf } from '../sports.js';
import type { Page, Vendor } from './vendor.js';

const LONGEST_NAP_S = 3 * 3_600;

function toActivity(raw: Raw): ActivityRecord[] {
  const [vendor_id, started_at, ended_at] = [idOf(raw['id']), momentOf(raw['start_datetime']), momentOf(raw['end_datetime'])];
  const duration_s = started_at && ended_at ? whole('duration_s', (ended_at.getTime() - started_at.getTime()) / 1_000) : null;
  if (vendor_id === undefined || !started_at || duration_s === null) return [];
  const vendor_sport = textOf(raw['activity']);
  return [
    {
      ...{ vendor_id, vendor_sport, sport: sportOf(vendor_sport), name: textOf(raw['label'] ?? raw['activity']), started_at },
      day: dayOf(raw['day']) ?? dayAt(started_at, offsetOf(raw['start_datetime'])),
      ...{ duration_s, elapsed_s: duration_s },
      distance_m: positive(measure('distance_m', raw['distance'])),
      ...{ ascent_m: null, average_speed_m_s: null, average_heart_rate_bpm: null, max_heart_rate_bpm: null },
      ...{ average_power_w: null, average_cadence_rpm: null },
      energy_kcal: positive(measure('energy_kcal', raw['calories'])),
    },
  ];
}

function toSleep(raw: Raw): SleepRecord[] {
  const [vendor_id, started_at, ended_at] = [idOf(raw['id']), momentOf(raw['bedtime_start']), momentOf(raw['bedtime_end'])];
  if (vendor_id === undefined || !started_at || !ended_at || ended_at <= started_at || raw['type'] === 'deleted') return [];
  const asleep_s = whole('sleep_s', raw['total_sleep_duration']);
  return [
    {
      ...{ vendor_id, started_at, ended_at, asleep_s },
      day: dayOf(raw['day']) ?? dayAt(ended_at, offsetOf(raw['bedtime_end'])),
      is_nap: raw['type'] !== 'long_sleep' && (asleep_s ?? 0) < LONGEST_NAP_S,
      deep_s: whole('sleep_s', raw['deep_sleep_duration']),
      rem_s: whole('sleep_s', raw['rem_sleep_duration']),
      light_s: whole('sleep_s', raw['light_sleep_duration']),
      awake_s: whole('sleep_s', raw['awake_time']),
      efficiency_percent: measure('percent', raw['efficiency']),
    },
  ];
}

/** What a night says of its day. */
function dayOfSleep(raw: Raw): DayRecord[] {
  const day = dayOf(raw['day']);
  if (day === undefined || raw['type'] !== 'long_sleep') return [];
  return [
    {
      day,
      resting_heart_rate_bpm: measure('heart_rate_bpm', raw['lowest_heart_rate']),
      hrv_rmssd_ms: measure('hrv_ms', raw['average_hrv']),
    },
  ];
}

const toDay =
  (fields: (raw: Raw) => Omit<DayRecord, 'day'>) =>
  (raw: Raw): DayRecord[] => {
    const day = dayOf(raw['day']);
    return day === undefined ? [] : [{ day, ...fields(raw) }];
  };
const movement = toDay((raw) => ({
  steps: whole('steps', raw['steps']),
  energy_kcal: positive(measure('energy_kcal', raw['total_calories'])),
}));
const readiness = toDay((raw) => ({ recovery_percent: measure('percent', raw['score']) }));

/** The lists of Oura’s API (cloud.ouraring.com/v2/docs). */
const LISTS: Record<string, (rows: Raw[]) => Partial<Records>> = {
  workout: (rows) => ({ activities: rows.flatMap(toActivity) }),
  sleep: (rows) => ({ sleeps: rows.flatMap(toSleep), days: rows.flatMap(dayOfSleep) }),
  daily_activity: (rows) => ({ days: rows.flatMap(movement) }),
  daily_readiness: (rows) => ({ days: rows.flatMap(readiness) }),
};
const PATH = '/v2/usercollection';

export const oura: Vendor = {
  base: 'OURA_API_BASE',
  requests: ({ since }) =>
    Object.keys(LISTS).map((name) => ({
      name,
      first: '',
      url: (checkpoint) =>
        `${PATH}/${name}?start_date=${dayAt(since, 0)}&end_date=${dayAt(new Date(), 86_400)}${checkpoint ? `&next_token=${encodeURIComponent(checkpoint)}` : ''}`,
    })),
  read: (body, { name }): Page => {
    const { data, next_token: next } = objectOf(body);
    return { records: { ...NOTHING, ...LISTS[name]!(objectsOf(data)) }, ...(typeof next === 'string' && next && { next }) };
  },
  /** `{event_type, data_type, object_id, user_id}`. */
  received: (body) => {
    const { event_type, data_type, object_id } = objectOf(body);
    const [id, type] = [idOf(object_id), textOf(data_type)];
    if (id === undefined || !Object.hasOwn(LISTS, type)) return { records: NOTHING };
    if (event_type === 'delete') return { records: { ...NOTHING, ...(type === 'workout' && { deleted: [id] }) } };
    return { records: NOTHING, read: `${PATH}/${type}/${encodeURIComponent(id)}` };
  },
  readOne: (body): Records => {
    const raw = objectOf(body);
    const name =
      'bedtime_start' in raw ? 'sleep' : 'start_datetime' in raw ? 'workout' : 'steps' in raw ? 'daily_activity' : 'daily_readiness';
    return { ...NOTHING, ...LISTS[name]!([raw]) };
  },
};
