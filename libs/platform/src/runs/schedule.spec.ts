import { describe, expect, it } from '@jest/globals';
import { Slots, type Timing } from './schedule.js';

/** The first slots after a time. */
function slots(timing: Timing, from: string, count: number): string[] {
  const found: string[] = [];
  for (let time = new Date(from); found.length < count; found.push(time.toISOString())) time = new Slots(timing).after(time)!;
  return found;
}
const berlin = (cron: string): Timing => ({ cron, time_zone: 'Europe/Berlin' });

describe('the slots of a cron pattern', () => {
  it('are times of its time zone', () => {
    expect(slots(berlin('0 9 * * 1'), '2026-03-20T00:00:00Z', 2)).toEqual(['2026-03-23T08:00:00.000Z', '2026-03-30T07:00:00.000Z']);
  });

  it('have one at the end of the gap for a local time that does not exist', () => {
    // At 02:00 clocks are put forward to 03:00.
    expect(slots(berlin('30 2 * * *'), '2026-03-28T12:00:00Z', 2)).toEqual(['2026-03-29T01:00:00.000Z', '2026-03-30T00:30:00.000Z']);
    expect(slots(berlin('*/30 1-3 * * *'), '2026-03-29T00:00:00Z', 4)).toEqual([
      ...['2026-03-29T00:30:00.000Z', '2026-03-29T01:00:00.000Z', '2026-03-29T01:30:00.000Z', '2026-03-29T23:00:00.000Z'],
    ]);
  });

  it('have the first of a local time that occurs twice, and both of a pattern with several times', () => {
    // At 03:00 clocks are put back to 02:00.
    expect(slots(berlin('30 2 * * *'), '2026-10-24T12:00:00Z', 2)).toEqual(['2026-10-25T00:30:00.000Z', '2026-10-26T01:30:00.000Z']);
    expect(slots(berlin('*/30 * * * *'), '2026-10-25T00:00:00Z', 3)).toEqual([
      ...['2026-10-25T00:30:00.000Z', '2026-10-25T01:00:00.000Z', '2026-10-25T01:30:00.000Z'],
    ]);
  });
});

describe('the slots of an interval', () => {
  it('count from its beginning, also before it', () => {
    const timing = { every_ms: 60_000, from: '2026-01-01T00:00:30Z' };
    expect(slots(timing, '2026-01-01T00:10:30Z', 1)).toEqual(['2026-01-01T00:11:30.000Z']);
    expect(slots(timing, '2025-12-01T00:00:00Z', 2)).toEqual(['2026-01-01T00:00:30.000Z', '2026-01-01T00:01:30.000Z']);
  });

  it('are at least 100 ms apart', () => {
    expect(() => new Slots({ every_ms: 99 })).toThrow('every_ms');
  });
});
