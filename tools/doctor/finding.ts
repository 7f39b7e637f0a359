/** What is wrong with an installation, or could be, and what to do about it. */
export interface Finding {
  /** `fault`: something does not work, or soon will not. `note`: a feature that is off. */
  level: 'fault' | 'warning' | 'note';
  area: 'installation' | 'secrets' | 'disk' | 'ports' | 'settings' | 'services' | 'events' | 'clock' | 'databases' | 'runs' | 'webhooks';
  what: string;
  todo: string;
}

const minute = 60_000;
/** Such as `12 minutes`. */
export function age(ms: number): string {
  const [value, unit] =
    ms < 2 * minute ? [ms / 1_000, 'seconds'] : ms < 120 * minute ? [ms / minute, 'minutes'] : [ms / (60 * minute), 'hours'];
  return `${Math.round(value)} ${unit}`;
}
