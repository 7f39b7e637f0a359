import { dayAt, dayOf, idOf, measure, momentOf, objectOf, objectsOf, positive, type Raw, textOf, whole } from '../figures.js';
import { type ActivityRecord, NOTHING, type Records } from '../record.js';
import { sportOf } from '../sports.js';
import type { Page, Vendor } from './vendor.js';

const PER_PAGE = 200;

/** An activity of Strava, summary or detailed (developers.strava.com/docs/reference). */
function toActivity(raw: Raw): ActivityRecord[] {
  const vendor_id = idOf(raw['id']);
  const started_at = momentOf(raw['start_date']);
  const elapsed_s = whole('duration_s', raw['elapsed_time']);
  const duration_s = whole('duration_s', raw['moving_time']) ?? elapsed_s;
  if (vendor_id === undefined || !started_at || duration_s === null) return [];
  const vendor_sport = textOf(raw['sport_type'] ?? raw['type']);
  return [
    {
      ...{ vendor_id, vendor_sport, sport: sportOf(vendor_sport), name: textOf(raw['name']), started_at },
      // Written as if it were UTC.
      day: dayOf(raw['start_date_local']) ?? dayAt(started_at, 0),
      ...{ duration_s, elapsed_s },
      distance_m: positive(measure('distance_m', raw['distance'])),
      ascent_m: measure('ascent_m', raw['total_elevation_gain']),
      average_speed_m_s: positive(measure('speed_m_s', raw['average_speed'])),
      average_heart_rate_bpm: measure('heart_rate_bpm', raw['average_heartrate']),
      max_heart_rate_bpm: measure('heart_rate_bpm', raw['max_heartrate']),
      average_power_w: measure('power_w', raw['average_watts']),
      average_cadence_rpm: measure('cadence_rpm', raw['average_cadence']),
      energy_kcal: positive(measure('energy_kcal', raw['calories'])),
    },
  ];
}

export const strava: Vendor = {
  base: 'STRAVA_API_BASE',
  /** `checkpoint`: activities before this moment, in seconds. Later uploads and deletions shift no page. */
  requests: ({ since }) => [{ name: 'activities', first: Math.floor(Date.now() / 1_000) + 86_400, url: urlOf(since) }],
  read: (body, { checkpoint }): Page => {
    const rows = objectsOf(body);
    const oldest = Math.min(...rows.map((row) => (momentOf(row['start_date'])?.getTime() ?? Infinity) / 1_000));
    const next = Math.ceil(oldest) + 1;
    return { records: { ...NOTHING, activities: rows.flatMap(toActivity) }, ...(rows.length > 1 && next < Number(checkpoint) && { next }) };
  },
  /** Strava names what has changed (developers.strava.com/docs/webhooks): the activity is read. */
  received: (body) => {
    const event = objectOf(body);
    const id = idOf(event['object_id']);
    if (event['object_type'] !== 'activity' || id === undefined) return { records: { ...NOTHING, activities: toActivity(event) } };
    if (event['aspect_type'] === 'delete') return { records: { ...NOTHING, deleted: [id] } };
    return { records: NOTHING, read: `/activities/${id}` };
  },
  readOne: (body): Records => ({ ...NOTHING, activities: toActivity(objectOf(body)) }),
  parts: {
    streams: (id) => `/activities/${id}/streams?keys=time,distance,altitude,heartrate,watts,cadence&key_by_type=true`,
    laps: (id) => `/activities/${id}/laps`,
    map: (id) => `/activities/${id}`,
  },
  partOf: (part, body) => (part === 'map' ? (objectOf(body)['map'] ?? null) : body),
};

const urlOf = (since: Date) => (checkpoint: string | number) =>
  `/athlete/activities?per_page=${PER_PAGE}&page=1&before=${checkpoint}&after=${Math.floor(since.getTime() / 1_000)}`;
