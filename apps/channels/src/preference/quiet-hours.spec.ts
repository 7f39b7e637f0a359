import type { Preferences } from '@skep/contracts/channels';
import { describe, expect, it } from '@jest/globals';
import { endOfQuietHours } from './quiet-hours.js';

const end = (quiet_from: string | null, quiet_until: string | null, timezone: string, now: string) =>
  endOfQuietHours({ quiet_from, quiet_until, timezone } as Preferences, new Date(now))?.toISOString();

describe('quiet hours', () => {
  it.each([
    ['22:00', '07:00', 'UTC', '2026-06-21T21:59:59Z', undefined],
    ['22:00', '07:00', 'UTC', '2026-06-21T22:00:00Z', '2026-06-22T07:00:00.000Z'],
    ['22:00', '07:00', 'UTC', '2026-06-22T06:59:59Z', '2026-06-22T07:00:00.000Z'],
    ['22:00', '07:00', 'UTC', '2026-06-22T07:00:00Z', undefined],
    ['09:00', '17:30', 'Asia/Kolkata', '2026-06-21T04:00:00Z', '2026-06-21T12:00:00.000Z'],
    ['00:00', '00:00', 'UTC', '2026-06-21T12:00:00Z', '2026-06-22T00:00:00.000Z'],
    // The clocks of Berlin go forward at 02:00 and back at 03:00.
    ['22:00', '07:00', 'Europe/Berlin', '2026-03-28T23:00:00Z', '2026-03-29T05:00:00.000Z'],
    ['22:00', '07:00', 'Europe/Berlin', '2026-10-24T23:00:00Z', '2026-10-25T06:00:00.000Z'],
    [null, '07:00', 'UTC', '2026-06-21T23:00:00Z', undefined],
  ])('from %s until %s in %s at %s end at %s', (from, until, timezone, now, expected) => {
    expect(end(from, until, timezone, now)).toBe(expected);
  });
});
