import type { SPORTS } from '@skep/contracts/coach';

export type Sport = (typeof SPORTS)[number];

/** An activity, as one provider has it. Units are in the names; null where the provider does not say. */
export interface ActivityRecord {
  vendor_id: string;
  sport: Sport;
  vendor_sport: string;
  name: string;
  started_at: Date;
  /** The day where it began. */
  day: string;
  /** Time in motion; the whole time if it is not known. */
  duration_s: number;
  elapsed_s: number | null;
  distance_m: number | null;
  ascent_m: number | null;
  average_speed_m_s: number | null;
  average_heart_rate_bpm: number | null;
  max_heart_rate_bpm: number | null;
  average_power_w: number | null;
  average_cadence_rpm: number | null;
  energy_kcal: number | null;
}

/** A night, or a nap. */
export interface SleepRecord {
  vendor_id: string;
  /** The day on which it ended. */
  day: string;
  started_at: Date;
  ended_at: Date;
  is_nap: boolean;
  asleep_s: number | null;
  deep_s: number | null;
  rem_s: number | null;
  light_s: number | null;
  awake_s: number | null;
  efficiency_percent: number | null;
}

/** Figures of a day. What a record lacks stays as it is. */
export interface DayRecord {
  day: string;
  resting_heart_rate_bpm?: number | null;
  hrv_rmssd_ms?: number | null;
  recovery_percent?: number | null;
  steps?: number | null;
  energy_kcal?: number | null;
  weight_kg?: number | null;
}

/** What a payload of a provider contains. */
export interface Records {
  activities: ActivityRecord[];
  sleeps: SleepRecord[];
  days: DayRecord[];
  /** Ids of activities that the provider has deleted. */
  deleted?: string[];
}

export const NOTHING: Records = { activities: [], sleeps: [], days: [] };

/** The records of several payloads. */
export const together = (parts: readonly Records[]): Records => ({
  activities: parts.flatMap(({ activities }) => activities),
  sleeps: parts.flatMap(({ sleeps }) => sleeps),
  days: parts.flatMap(({ days }) => days),
  deleted: parts.flatMap(({ deleted = [] }) => deleted),
});
