import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findingsOf } from './findings.js';
import { foreignNumber, numbersIn } from './numbers.js';
import { faultIn } from './word-insights.js';

const ABOUT = { name: 'Strava', today: '2026-06-21', window_days: 90 };
const day = (ago: number) => new Date(Date.parse(ABOUT.today) - ago * 86_400_000).toISOString().slice(0, 10);
const run = (ago: number, km: number) => ({ sport: 'run', day: day(ago), duration_s: km * 300, distance_m: km * 1_000 });
const NONE = { activities: [], nights: [], days: [] };
const valueOf = (observed: object, id: string) => findingsOf({ ...NONE, ...observed }, ABOUT).find((each) => each.id === id)?.value;

describe('findings', () => {
  it('are what the rows say', () => {
    const activities = [run(20, 10), run(13, 5), run(12, 7), run(2, 21.1)];
    const found = findingsOf({ ...NONE, activities }, ABOUT);
    expect(found.map(({ id, value }) => [id, value])).toEqual([
      ['weekly_distance', 12],
      ['longest', 21.1],
      ['typical_pace', 300],
      ['consistency', 3],
    ]);
    expect(found[2]!.title).toBe('5:00 min/km is your typical pace');
    expect(found[3]!.title).toBe('Active in 3 of 3 weeks');
  });

  it('count weeks without activities', () => {
    expect(valueOf({ activities: [run(27, 10), run(1, 20)] }, 'weekly_distance')).toBe(5);
    expect(valueOf({ activities: [run(27, 10), run(1, 20)] }, 'consistency')).toBe(2);
  });

  it('say so if there is nothing', () => {
    expect(findingsOf(NONE, ABOUT)).toMatchObject([{ id: 'no_data', body: expect.stringContaining('nothing of the last 90 days') }]);
  });

  it('of nights are typical ones, from three on', () => {
    const nights = [25_000, 27_000, 30_000].map((asleep_s, n) => ({ day: day(3 - n), asleep_s }));
    expect(valueOf({ nights }, 'sleep')).toBe(27_000);
    expect(valueOf({ nights: nights.slice(1) }, 'sleep')).toBeUndefined();
  });

  it('have finite values within what was recorded, and name their value', () => {
    const activity = fc.record({
      sport: fc.constantFrom('run', 'swim', 'other'),
      day: fc.integer({ min: -1, max: 89 }).map(day),
      duration_s: fc.integer({ min: 1, max: 100_000 }),
      distance_m: fc.oneof(fc.constant(null), fc.double({ min: 0.001, max: 500_000, noNaN: true })),
    });
    fc.assert(
      fc.property(fc.array(activity, { maxLength: 30 }), (rows) => {
        const activities = rows.toSorted((a, b) => (a.day < b.day ? -1 : 1));
        const total = activities.reduce((sum, { distance_m }) => sum + (distance_m ?? 0), 0) / 1_000;
        const found = findingsOf({ ...NONE, activities }, ABOUT);
        expect(found.length).toBeGreaterThan(0);
        for (const { id, value, title, body } of found) {
          expect(`${title} ${body}`).not.toMatch(/NaN|Infinity|undefined|null/);
          if (id === 'longest' || id === 'weekly_distance') expect(value!).toBeLessThanOrEqual(total + 0.1);
        }
        expect(faultIn(found, found)).toBeUndefined();
      }),
    );
  });
});

describe('the words of a model', () => {
  const finding = {
    id: 'weekly_distance',
    title: '12 km in a typical week',
    body: 'Over the last 3 weeks you recorded 4 runs.',
    value: 12,
  };
  const text = (title: string, body = 'Good.') => faultIn([{ id: finding.id, title, body }], [finding]);

  it('may say it otherwise, in any language', () => {
    expect(text('12 km por semana', 'Has corrido 4 veces en 3 semanas.')).toBeUndefined();
    expect(text('Unos 12,0 km')).toBeUndefined();
  });

  it('may not have numbers of their own, or leave out the one that counts', () => {
    expect(text('13 km in a typical week')).toMatch(/13/);
    expect(text('12 km, twice as much as 6')).toMatch(/6/);
    expect(text('١٣ km and 12')).toMatch(/lacks|number/);
    expect(text('Many kilometres')).toMatch(/lacks/);
    expect(faultIn([], [finding])).toMatch(/ids/);
  });

  it('are compared by value', () => {
    expect(numbersIn('1.50 and 1,5 and 007')).toEqual(['1.5', '1.5', '7']);
    expect(foreignNumber('5:38', ['5:38 min/km'])).toBeUndefined();
  });
});
