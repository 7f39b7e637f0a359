import { dayAt, idOf, measure, momentOf, objectOf, objectsOf, offsetOf, positive, type Raw, textOf, whole } from '../figures.js';
import { type ActivityRecord, type DayRecord, NOTHING, type Records, type SleepRecord } from '../record.js';
import { sportOf } from '../sports.js';
import type { Page, Vendor } from './vendor.js';

const PER_PAGE = 25;
const KCAL_PER_KJ = 1 / 4.184;
const S_PER_MS = 1 / 1_000;

function toActivity(raw: Raw): ActivityRecord[] {
  const [vendor_id, started_at, ended_at] = [idOf(raw['id']), momentOf(raw['start']), momentOf(raw['end'])];
  const duration_s = started_at && ended_at ? whole('duration_s', ended_at.getTime() - started_at.getTime(), S_PER_MS) : null;
  if (vendor_id === undefined || !started_at || duration_s === null) return [];
  const [score, vendor_sport] = [objectOf(raw['score']), textOf(raw['sport_name'] ?? raw['sport_id'])];
  return [
    {
      ...{ vendor_id, vendor_sport, sport: sportOf(vendor_sport), name: vendor_sport, started_at },
      day: dayAt(started_at, offsetOf(raw['timezone_offset'])),
      ...{ duration_s, elapsed_s: duration_s },
      distance_m: positive(measure('distance_m', score['distance_meter'])),
      ascent_m: measure('ascent_m', score['altitude_gain_meter']),
      average_speed_m_s: null,
      average_heart_rate_bpm: measure('heart_rate_bpm', score['average_heart_rate']),
      max_heart_rate_bpm: measure('heart_rate_bpm', score['max_heart_rate']),
      ...{ average_power_w: null, average_cadence_rpm: null },
      energy_kcal: positive(measure('energy_kcal', score['kilojoule'], KCAL_PER_KJ)),
    },
  ];
}

function toSleep(raw: Raw): SleepRecord[] {
  const [vendor_id, started_at, ended_at] = [idOf(raw['id']), momentOf(raw['start']), momentOf(raw['end'])];
  if (vendor_id === undefined || !started_at || !ended_at || ended_at <= started_at) return [];
  const score = objectOf(raw['score']);
  const stages = objectOf(score['stage_summary']);
  const seconds = (name: string) => whole('sleep_s', stages[`total_${name}_time_milli`], S_PER_MS);
  const [light_s, deep_s, rem_s] = [seconds('light_sleep'), seconds('slow_wave_sleep'), seconds('rem_sleep')];
  const asleep_s = light_s === null || deep_s === null || rem_s === null ? null : light_s + deep_s + rem_s;
  return [
    {
      ...{ vendor_id, started_at, ended_at, is_nap: raw['nap'] === true, asleep_s, deep_s, rem_s, light_s },
      day: dayAt(ended_at, offsetOf(raw['timezone_offset'])),
      awake_s: seconds('awake'),
      efficiency_percent: measure('percent', score['sleep_efficiency_percentage']),
    },
  ];
}

/** A recovery belongs to the morning on which it was made. */
function toDay(raw: Raw): DayRecord[] {
  const [made_at, score] = [momentOf(raw['created_at']), objectOf(raw['score'])];
  if (!made_at) return [];
  return [
    {
      day: dayAt(made_at, offsetOf(raw['timezone_offset'])),
      recovery_percent: measure('percent', score['recovery_score']),
      resting_heart_rate_bpm: measure('heart_rate_bpm', score['resting_heart_rate']),
      hrv_rmssd_ms: measure('hrv_ms', score['hrv_rmssd_milli']),
    },
  ];
}

const LISTS: Record<string, { path: string; read: (rows: Raw[]) => Partial<Records> }> = {
  workouts: { path: '/v2/activity/workout', read: (rows) => ({ activities: rows.flatMap(toActivity) }) },
  sleeps: { path: '/v2/activity/sleep', read: (rows) => ({ sleeps: rows.flatMap(toSleep) }) },
  recoveries: { path: '/v2/recovery', read: (rows) => ({ days: rows.flatMap(toDay) }) },
};
const TYPES: Record<string, string> = { workout: 'workouts', sleep: 'sleeps' };

/** WHOOP’s API (developer.whoop.com/api). */
export const whoop: Vendor = {
  base: 'WHOOP_API_BASE',
  requests: ({ since }) =>
    Object.entries(LISTS).map(([name, { path }]) => ({
      name,
      first: '',
      url: (checkpoint) =>
        `${path}?limit=${PER_PAGE}&start=${since.toISOString()}${checkpoint ? `&nextToken=${encodeURIComponent(checkpoint)}` : ''}`,
    })),
  read: (body, { name }): Page => {
    const { records, next_token: next } = objectOf(body);
    return { records: { ...NOTHING, ...LISTS[name]!.read(objectsOf(records)) }, ...(typeof next === 'string' && next && { next }) };
  },
  /** `{user_id, id, type: "workout.updated", trace_id}`. */
  received: (body) => {
    const { id: named, type } = objectOf(body);
    const [id, [what = '', change] = []] = [idOf(named), textOf(type).split('.')];
    if (id === undefined || !Object.hasOwn(TYPES, what)) return { records: NOTHING };
    if (change === 'deleted') return { records: { ...NOTHING, ...(what === 'workout' && { deleted: [id] }) } };
    return { records: NOTHING, read: `${LISTS[TYPES[what]!]!.path}/${encodeURIComponent(id)}` };
  },
  readOne: (body): Records => {
    const raw = objectOf(body);
    return { ...NOTHING, ...('nap' in raw ? { sleeps: toSleep(raw) } : { activities: toActivity(raw) }) };
  },
};
