import { m } from '../messages/index.js';

const number = new Intl.NumberFormat(m.locale);
const dateTime = new Intl.DateTimeFormat(m.locale, { dateStyle: 'medium', timeStyle: 'short' });
const date = new Intl.DateTimeFormat(m.locale, { dateStyle: 'medium' });
const relative = new Intl.RelativeTimeFormat(m.locale, { numeric: 'auto' });
const dollars = new Intl.NumberFormat(m.locale, { style: 'currency', currency: 'USD' });

export const formatNumber = (value: number) => number.format(value);
export const formatTime = (instant: string) => dateTime.format(new Date(instant));
export const formatDate = (instant: string) => date.format(new Date(instant));
export const formatCents = (cents: number) => dollars.format(cents / 100);
export const formatSigned = (value: number) => `${value > 0 ? '+' : value < 0 ? '−' : ''}${number.format(Math.abs(value))}`;

/** An amount of what a plan limits, such as calls; of bytes in binary units. */
export function formatMeter(meter: string, value: number): string {
  if (meter !== 'storage_bytes') return formatNumber(value);
  const power = Math.min(Math.max(Math.floor(Math.log2(value || 1) / 10), 2), 4);
  return `${number.format(Math.round((value / 1024 ** power) * 10) / 10)} ${['MiB', 'GiB', 'TiB'][power - 2]}`;
}

const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** Such as `84 ms`, `2.4 s` or `3 min 20 s`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${number.format(Math.round(ms))} ms`;
  const seconds = ms / 1_000;
  if (seconds < 60) return `${number.format(Math.round(seconds * 10) / 10)} s`;
  return `${number.format(Math.floor(seconds / 60))} min ${number.format(Math.round(seconds % 60))} s`;
}

/** Such as `3 hours ago`; of more than a week, the date. */
export function formatAgo(instant: string): string {
  const seconds = (new Date(instant).getTime() - Date.now()) / 1000;
  if (Math.abs(seconds) > 7 * 86_400) return formatDate(instant);
  const [unit, size] = UNITS.find(([, each]) => Math.abs(seconds) >= each) ?? ['second', 1];
  return unit === 'second' ? m.app.justNow : relative.format(Math.round(seconds / size), unit);
}

/** A name such as `save_link` as people write it: `Save link`. */
export const toWords = (name: string) => {
  const words = name.replace(/[_-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
};
