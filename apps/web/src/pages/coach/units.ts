import type { CoachShapes } from '../../data/api.js';
import { m } from '../../messages/index.js';

export type Units = CoachShapes['Person']['units'];

const METRES = { metric: 1_000, imperial: 1_609.344 } as const;
const number = new Intl.NumberFormat(m.locale, { maximumFractionDigits: 1 });
const two = (value: number) => String(value).padStart(2, '0');

/** Such as `12.4 km`. */
export const formatDistance = (metres: number, units: Units) => `${number.format(metres / METRES[units])} ${m.coach.distance[units]}`;

/** Such as `1:04:09`, or `42:10` within an hour. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60];
  return `${hours ? `${hours}:${two(minutes)}` : minutes}:${two(whole % 60)}`;
}

/** Such as `5:12 /km`. */
export const formatPace = (secondsPerKm: number, units: Units) =>
  `${formatDuration((secondsPerKm * METRES[units]) / METRES.metric)} /${m.coach.distance[units]}`;
