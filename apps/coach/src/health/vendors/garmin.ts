import { dayAt, dayOf, idOf, measure, momentOf, objectOf, objectsOf, offsetIn, positive, type Raw, textOf, whole } from '../figures.js';
import { type ActivityRecord, type DayRecord, NOTHING, type Records, type SleepRecord } from '../record.js';
import { sportOf } from '../sports.js';
import type { Pages, Vendor } from './vendor.js';

const CHUNK_S = 30 * 86_400;
const KG_PER_G = 1 / 1_000;

function toActivity(raw: Raw): ActivityRecord[] {
  const [vendor_id, started_at] = [idOf(raw['activityId']) ?? idOf(raw['summaryId']), momentOf(raw['startTimeInSeconds'])];
  const duration_s = whole('duration_s', raw['durationInSeconds']);
  if (vendor_id === undefined || !started_at || duration_s === null) return [];
  const vendor_sport = textOf(raw['activityType']);
  return [
    {
      ...{ vendor_id, vendor_sport, sport: sportOf(vendor_sport), name: textOf(raw['activityName'] ?? raw['activityType']), started_at },
      day: dayAt(started_at, offsetIn(raw['startTimeOffsetInSeconds'])),
      ...{ duration_s, elapsed_s: null },
      distance_m: positive(measure('distance_m', raw['distanceInMeters'])),
      ascent_m: measure('ascent_m', raw['totalElevationGainInMeters']),
      average_speed_m_s: positive(measure('speed_m_s', raw['averageSpeedInMetersPerSecond'])),
      average_heart_rate_bpm: measure('heart_rate_bpm', raw['averageHeartRateInBeatsPerMinute']),
      max_heart_rate_bpm: measure('heart_rate_bpm', raw['maxHeartRateInBeatsPerMinute']),
      average_power_w: null,
      average_cadence_rpm: measure('cadence_rpm', raw['averageRunCadenceInStepsPerMinute'] ?? raw['averageBikeCadenceInRoundsPerMinute']),
      energy_kcal: positive(measure('energy_kcal', raw['activeKilocalories'])),
    },
  ];
}

function toSleep(raw: Raw): SleepRecord[] {
  const [vendor_id, started_at] = [idOf(raw['summaryId']), momentOf(raw['startTimeInSeconds'])];
  const seconds = (name: string) => whole('sleep_s', raw[`${name}DurationInSeconds`]);
  const [length_s, awake_s] = [whole('sleep_s', raw['durationInSeconds']), seconds('awake')];
  if (vendor_id === undefined || !started_at || !length_s) return [];
  const ended_at = new Date(started_at.getTime() + (length_s + (awake_s ?? 0)) * 1_000);
  return [
    {
      ...{ vendor_id, started_at, ended_at, is_nap: false, asleep_s: length_s, awake_s },
      day: dayOf(raw['calendarDate']) ?? dayAt(ended_at, offsetIn(raw['startTimeOffsetInSeconds'])),
      ...{ deep_s: seconds('deepSleep'), rem_s: seconds('remSleep'), light_s: seconds('lightSleep'), efficiency_percent: null },
    },
  ];
}

function toDay(raw: Raw): DayRecord[] {
  const day = dayOf(raw['calendarDate']);
  if (day === undefined) return [];
  return [
    {
      day,
      steps: whole('steps', raw['steps']),
      resting_heart_rate_bpm: measure('heart_rate_bpm', raw['restingHeartRateInBeatsPerMinute']),
      energy_kcal: positive(measure('energy_kcal', raw['activeKilocalories'])),
    },
  ];
}

function toHrv(raw: Raw): DayRecord[] {
  const day = dayOf(raw['calendarDate']);
  return day === undefined ? [] : [{ day, hrv_rmssd_ms: measure('hrv_ms', raw['lastNightAvg']) }];
}

function toWeight(raw: Raw): DayRecord[] {
  const at = momentOf(raw['measurementTimeInSeconds']);
  const weight_kg = measure('weight_kg', raw['weightInGrams'], KG_PER_G);
  return at && weight_kg !== null ? [{ day: dayAt(at, offsetIn(raw['measurementTimeOffsetInSeconds'])), weight_kg }] : [];
}

/**
 * Garmin is asked to send the past, thirty days at a time, and then sends it like everything else: as messages with lists of summaries.
 * (Known from open-source clients of its Health API.)
 */
export const garmin: Vendor = {
  base: 'GARMIN_API_BASE',
  isOrdered: true,
  requests: ({ since }) => ['activities', 'sleeps', 'dailies'].map((name) => pagesOf(name, Math.floor(since.getTime() / 1_000))),
  read: (_, { checkpoint }) => {
    const next = Number(checkpoint) + CHUNK_S;
    return { records: NOTHING, ...(next < Date.now() / 1_000 && { next }) };
  },
  received: (body) => {
    const of = objectOf(body);
    const [item] = Object.values(of).flatMap(objectsOf);
    const read = pathIn(item?.['callbackURL']);
    return { records: recordsOf(of), ...(read !== undefined && { read }) };
  },
  readOne: (body, path) => recordsOf({ [nameIn(path)]: body }),
};

function recordsOf(lists: Raw): Records {
  const list = (...names: string[]) => names.flatMap((name) => objectsOf(lists[name]));
  return {
    activities: list('activities', 'manuallyUpdatedActivities').flatMap(toActivity),
    sleeps: list('sleeps').flatMap(toSleep),
    days: [...list('dailies').flatMap(toDay), ...list('hrv').flatMap(toHrv), ...list('bodyComps').flatMap(toWeight)],
  };
}

const REST = '/wellness-api/rest/';

/** Where summaries are, by the address in a message: below our address of Garmin, whatever host it names. */
function pathIn(address: unknown): string | undefined {
  const url = typeof address === 'string' ? URL.parse(address) : null;
  return url?.pathname.startsWith(REST) ? `${url.pathname}${url.search}` : undefined;
}

/** The list that is at such a path. */
const nameIn = (path: string): string => /^\w*/.exec(path.slice(REST.length))![0];

const pagesOf = (name: string, first: number): Pages => ({
  name,
  first,
  url: (from) =>
    `/wellness-api/rest/backfill/${name}?summaryStartTimeInSeconds=${from}&summaryEndTimeInSeconds=${Math.min(Number(from) + CHUNK_S, Math.floor(Date.now() / 1_000))}`,
});
