import { as, type RowOf } from '@skep/platform';
import type { Sport } from './record.js';

/** The columns of an activity that are read; days are text. */
export const ACTIVITY_COLUMNS = `id, provider, vendor_id, sport, vendor_sport, name, started_at, day::text as day, duration_s, elapsed_s, distance_m, ascent_m,
  average_speed_m_s, average_heart_rate_bpm, max_heart_rate_bpm, average_power_w, average_cadence_rpm, energy_kcal, duplicate_of`;

export const ACTIVITY_SHAPE = {
  ...{ id: 'text', provider: 'text', vendor_id: 'text', sport: as<Sport>('text'), vendor_sport: 'text', name: 'text' },
  ...{ started_at: 'timestamptz', day: 'text', duration_s: 'int4', elapsed_s: 'int4?', distance_m: 'float8?', ascent_m: 'float8?' },
  ...{ average_speed_m_s: 'float8?', average_heart_rate_bpm: 'float8?', max_heart_rate_bpm: 'float8?', average_power_w: 'float8?' },
  ...{ average_cadence_rpm: 'float8?', energy_kcal: 'float8?', duplicate_of: 'text?' },
} as const;

/** An activity, as it is read. */
export type ActivityRow = RowOf<[typeof ACTIVITY_SHAPE]>;
