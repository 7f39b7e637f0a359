import type { Position } from '@skep/contracts/coach';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { climbOf, distancesOf, elevationOf, lengthOf, shorten } from './line.js';

const heights = (...all: number[]) => climbOf(all);
const position = fc.tuple(fc.double({ min: -180, max: 180, noNaN: true }), fc.double({ min: -89, max: 89, noNaN: true }));

describe('climbs', () => {
  it('counts what goes up and what goes down', () => {
    expect(heights(0, 10, 20, 90, 82, 58)).toEqual({ gain_m: 90, loss_m: 32 });
    expect(heights(10, 11, 12, 13, 14, 10, 11, 12, 13, 14)).toEqual({ gain_m: 8, loss_m: 4 });
    expect(heights()).toEqual({ gain_m: 0, loss_m: 0 });
    expect(heights(7)).toEqual({ gain_m: 0, loss_m: 0 });
  });

  it('ignores what is less than three metres, as barometers waver', () => {
    expect(heights(100, 102, 100, 102, 100, 101)).toEqual({ gain_m: 2, loss_m: 0 });
    expect(heights(0, 10, 8, 20)).toEqual({ gain_m: 20, loss_m: 0 });
  });

  it('differ by what lies between the start and the end, and are those of the way back in reverse', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -100, max: 4_000 }), { minLength: 1, maxLength: 60 }), (all) => {
        const { gain_m, loss_m } = climbOf(all);
        expect(gain_m).toBeGreaterThanOrEqual(0);
        expect(loss_m).toBeGreaterThanOrEqual(0);
        expect(Math.abs(gain_m - loss_m - (all.at(-1)! - all[0]!))).toBeLessThan(3);
      }),
    );
  });
});

describe('lines', () => {
  it('have lengths in metres along the globe', () => {
    expect(lengthOf([[0, 0], [1, 0]])).toBeCloseTo(111_195, -1); // prettier-ignore
    expect(lengthOf([[0, 60], [1, 60]])).toBeCloseTo(55_595, -1); // prettier-ignore
    expect(lengthOf([[179.5, 0], [-179.5, 0]])).toBeCloseTo(111_195, -1); // prettier-ignore
    expect(distancesOf([[0, 0], [0, 1], [0, 1], [0, 0]]).map(Math.round)).toEqual([0, 111_195, 111_195, 222_390]); // prettier-ignore
  });

  it('have a profile of the points whose heights are known', () => {
    const { profile, gain_m } = elevationOf([[0, 0, 5], [0, 0.001], [0, 0.002, 25]]); // prettier-ignore
    expect(profile).toEqual([[0, 5], [222.39, 25]]); // prettier-ignore
    expect(gain_m).toBe(20);
  });

  it('are shortened to a number of points, and keep their ends, their points and their heights', () => {
    fc.assert(
      fc.property(fc.array(position, { minLength: 2, maxLength: 1_500 }), fc.integer({ min: 20, max: 400 }), (points, most) => {
        const line = points.map(([lon, lat], i): Position => [lon, lat, i]);
        const short = shorten(line, most);
        expect(short.length).toBeLessThanOrEqual(Math.max(most, 2));
        expect([short[0], short.at(-1)]).toEqual([line[0], line.at(-1)]);
        for (const point of short) expect(line[point[2]!]).toEqual(point);
      }),
      { numRuns: 60 },
    );
  });

  it('that are short enough stay as they are, and the longest are shortened at once', () => {
    const line = Array.from({ length: 100_000 }, (_, i): Position => [Math.sin(i) * 100, Math.cos(i * 1.7) * 80, i]);
    expect(shorten(line, 100_000)).toBe(line);
    expect(shorten(line, 10_000).length).toBeLessThanOrEqual(10_000);
  });
});
