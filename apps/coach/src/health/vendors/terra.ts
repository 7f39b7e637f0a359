import { dayAt, idOf, measure, momentOf, objectOf, objectsOf, offsetOf, positive, type Raw, textOf, whole } from '../figures.js';
import { type ActivityRecord, type DayRecord, NOTHING, type Records, type SleepRecord } from '../record.js';
import { sportOf } from '../sports.js';

/** Numbers of Terra’s `ActivityType` (docs.tryterra.co) for the sports that we know. */
const SPORTS: Record<number, string> = {
  ...{ 1: 'biking', 8: 'running', 35: 'hiking', 56: 'jogging', 57: 'sand running', 58: 'treadmill running', 82: 'swimming' },
  ...{ 15: 'mountain biking', 16: 'road biking', 17: 'spinning', 18: 'stationary biking', 83: 'pool swimming', 84: 'open water swimming' },
};

/** Terra keeps no id of its own for some vendors: the start of an activity then identifies it. */
const summaryId = (metadata: Raw): string | undefined => idOf(metadata['summary_id']) ?? momentOf(metadata['start_time'])?.toISOString();

function toActivity(raw: Raw): ActivityRecord[] {
  const metadata = objectOf(raw['metadata']);
  const [vendor_id, started_at, ended_at] = [summaryId(metadata), momentOf(metadata['start_time']), momentOf(metadata['end_time'])];
  const elapsed_s = started_at && ended_at ? whole('duration_s', (ended_at.getTime() - started_at.getTime()) / 1_000) : null;
  const duration_s = whole('duration_s', objectOf(raw['active_durations_data'])['activity_seconds']) ?? elapsed_s;
  if (vendor_id === undefined || !started_at || duration_s === null) return [];
  const type = metadata['type'];
  const vendor_sport = typeof type === 'number' ? (SPORTS[type] ?? String(type)) : textOf(type);
  const distance = objectOf(objectOf(raw['distance_data'])['summary']);
  const heart = objectOf(objectOf(raw['heart_rate_data'])['summary']);
  return [
    {
      ...{ vendor_id, vendor_sport, sport: sportOf(vendor_sport), name: textOf(metadata['name']) || vendor_sport, started_at },
      day: dayAt(started_at, offsetOf(metadata['start_time'])),
      ...{ duration_s, elapsed_s },
      distance_m: positive(measure('distance_m', distance['distance_meters'])),
      ascent_m: measure('ascent_m', objectOf(distance['elevation'])['gain_actual_meters']),
      average_speed_m_s: positive(measure('speed_m_s', objectOf(raw['movement_data'])['avg_speed_meters_per_second'])),
      average_heart_rate_bpm: measure('heart_rate_bpm', heart['avg_hr_bpm']),
      max_heart_rate_bpm: measure('heart_rate_bpm', heart['max_hr_bpm']),
      average_power_w: measure('power_w', objectOf(raw['power_data'])['avg_watts']),
      average_cadence_rpm: measure('cadence_rpm', objectOf(raw['movement_data'])['avg_cadence_rpm']),
      energy_kcal: positive(measure('energy_kcal', objectOf(raw['calories_data'])['total_burned_calories'])),
    },
  ];
}

function toSleep(raw: Raw): SleepRecord[] {
  const metadata = objectOf(raw['metadata']);
  const [vendor_id, started_at, ended_at] = [summaryId(metadata), momentOf(metadata['start_time']), momentOf(metadata['end_time'])];
  if (vendor_id === undefined || !started_at || !ended_at || ended_at <= started_at) return [];
  const durations = objectOf(raw['sleep_durations_data']);
  const asleep = objectOf(durations['asleep']);
  const seconds = (of: string) => whole('sleep_s', asleep[`duration_${of}_state_seconds`]);
  return [
    {
      ...{ vendor_id, started_at, ended_at, is_nap: metadata['is_nap'] === true, asleep_s: seconds('asleep') },
      day: dayAt(ended_at, offsetOf(metadata['end_time'])),
      ...{ deep_s: seconds('deep_sleep'), rem_s: seconds('REM_sleep'), light_s: seconds('light_sleep') },
      awake_s: whole('sleep_s', objectOf(durations['awake'])['duration_awake_state_seconds']),
      efficiency_percent: measure('percent', durations['sleep_efficiency'], 100) ?? measure('percent', durations['sleep_efficiency']),
    },
  ];
}

function toDay(raw: Raw): DayRecord[] {
  const start = objectOf(raw['metadata'])['start_time'];
  const at = momentOf(start);
  if (!at) return [];
  const heart = objectOf(objectOf(raw['heart_rate_data'])['summary']);
  return [
    {
      day: dayAt(at, offsetOf(start)),
      steps: whole('steps', objectOf(raw['distance_data'])['steps']),
      resting_heart_rate_bpm: measure('heart_rate_bpm', heart['resting_hr_bpm']),
      hrv_rmssd_ms: measure('hrv_ms', heart['avg_hrv_rmssd']),
      energy_kcal: positive(measure('energy_kcal', objectOf(raw['calories_data'])['total_burned_calories'])),
    },
  ];
}

const toWeights = (raw: Raw): DayRecord[] =>
  objectsOf(objectOf(raw['measurements_data'])['measurements']).flatMap((each) => {
    const at = momentOf(each['measurement_time']);
    const weight_kg = measure('weight_kg', each['weight_kg']);
    return at && weight_kg !== null ? [{ day: dayAt(at, offsetOf(each['measurement_time'])), weight_kg }] : [];
  });

/** A message of Terra with data: `{type, user, data: […]}` (docs.tryterra.co). */
export function readTerra(body: unknown): Records {
  const { type, data } = objectOf(body);
  const rows = objectsOf(data);
  if (type === 'activity') return { ...NOTHING, activities: rows.flatMap(toActivity) };
  if (type === 'sleep') return { ...NOTHING, sleeps: rows.flatMap(toSleep) };
  if (type === 'daily') return { ...NOTHING, days: rows.flatMap(toDay) };
  if (type === 'body') return { ...NOTHING, days: rows.flatMap(toWeights) };
  return NOTHING;
}
