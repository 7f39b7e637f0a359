/** A part of a payload of a provider, whose form is not guaranteed. */
export type Raw = Readonly<Record<string, unknown>>;

/** An object, or an empty one for anything else. */
export const objectOf = (value: unknown): Raw =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : {};

/** The objects of a list; none for anything else. */
export const objectsOf = (value: unknown): Raw[] => (Array.isArray(value) ? value.map(objectOf) : []);

/** What a measurement can be: outside it is an error of a device or a provider, and counts as unknown. */
const LIMITS = {
  duration_s: [1, 14 * 86_400],
  sleep_s: [0, 172_800],
  distance_m: [0, 5_000_000],
  ascent_m: [0, 100_000],
  speed_m_s: [0, 60],
  heart_rate_bpm: [20, 260],
  power_w: [0, 3_000],
  cadence_rpm: [0, 400],
  energy_kcal: [0, 60_000],
  hrv_ms: [1, 500],
  percent: [0, 100],
  steps: [0, 300_000],
  weight_kg: [15, 500],
} as const;

/** A number within its limits, times `factor`. Null for anything else; text counts if it is a number. */
export function measure(kind: keyof typeof LIMITS, value: unknown, factor = 1): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return null;
  const [least, most] = LIMITS[kind];
  const measured = number * factor;
  return measured >= least && measured <= most ? Math.round(measured * 1_000) / 1_000 : null;
}

/** Like `measure`, as a whole number. */
export function whole(kind: keyof typeof LIMITS, value: unknown, factor = 1): number | null {
  const measured = measure(kind, value, factor);
  return measured === null ? null : Math.round(measured);
}

/** Zero means that nothing was measured. */
export const positive = (value: number | null): number | null => (value === 0 ? null : value);

/** Text of a provider or a person without control characters, at most 200 characters. */
export function textOf(value: unknown): string {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  return [
    ...text
      .toWellFormed()
      .replace(/\p{Cc}+/gu, ' ')
      .trim(),
  ]
    .slice(0, 200)
    .join('');
}

/** An id of a provider: text or a whole number. Undefined for anything else. */
export function idOf(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
  return typeof value === 'string' && /^[\x21-\x7e]{1,128}$/.test(value) ? value : undefined;
}

const FIRST = Date.UTC(1990, 0, 1);
const AHEAD_MS = 2 * 86_400_000;

/** A moment in RFC 3339, or in seconds since 1970; undefined for anything else, before 1990 or later than the day after tomorrow. */
export function momentOf(value: unknown): Date | undefined {
  const isText = typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value);
  const moment = isText ? new Date(value) : typeof value === 'number' ? new Date(value * 1_000) : undefined;
  const ms = moment?.getTime() ?? NaN;
  return ms >= FIRST && ms <= Date.now() + AHEAD_MS ? moment : undefined;
}

/** The day where a moment was, by its offset from UTC in seconds. */
export const dayAt = (moment: Date, offset_s: number): string => new Date(moment.getTime() + offset_s * 1_000).toISOString().slice(0, 10);

const OFFSET = /([+-])(\d\d):?(\d\d)$/;
const OFFSET_MOST_S = 16 * 3_600;

/** The offset from UTC that a text ends with, such as `+02:00`, in seconds; 0 for none. */
export function offsetOf(text: unknown): number {
  const [, sign, hours, minutes] = OFFSET.exec(typeof text === 'string' ? text : '') ?? [];
  const offset = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60;
  return offset <= OFFSET_MOST_S ? (sign === '-' ? -offset : offset) : 0;
}

/** An offset in seconds as a number; 0 for one that no place has. */
export const offsetIn = (value: unknown): number => (typeof value === 'number' && Math.abs(value) <= OFFSET_MOST_S ? Math.round(value) : 0);

/** A day such as `2026-06-21`, also with a time after it; undefined for anything else. */
export function dayOf(value: unknown): string | undefined {
  const day = typeof value === 'string' ? value.slice(0, 10) : '';
  const midnight = /^\d{4}-\d\d-\d\d$/.test(day) ? momentOf(`${day}T00:00:00Z`) : undefined;
  return midnight?.toISOString().startsWith(day) ? day : undefined;
}
