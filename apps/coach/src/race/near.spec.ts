import { describe, expect, it } from '@jest/globals';
import { boxAround } from './near.js';

const isIn = ({ south, north, west, east, wraps }: ReturnType<typeof boxAround>, [lat, lon]: readonly [number, number]) =>
  lat >= south && lat <= north && (wraps ? lon >= west || lon <= east : lon >= west && lon <= east);

/** The place at a distance, in a direction in degrees. */
function at(lat: number, lon: number, km: number, direction: number): [number, number] {
  const [a, b, d, c] = [lat, lon, (km / 6371) * (180 / Math.PI), direction].map((degrees) => (degrees * Math.PI) / 180) as [
    number,
    number,
    number,
    number,
  ];
  const to = Math.asin(Math.sin(a) * Math.cos(d) + Math.cos(a) * Math.sin(d) * Math.cos(c));
  const east = b + Math.atan2(Math.sin(c) * Math.sin(d) * Math.cos(a), Math.cos(d) - Math.sin(a) * Math.sin(to));
  return [(to * 180) / Math.PI, (((((east * 180) / Math.PI + 540) % 360) + 360) % 360) - 180];
}

describe('the box around a place', () => {
  it.each([
    [41.98, 2.82, 50],
    [60.39, 5.32, 2_000],
    [-16.5, 179.9, 300],
    [-16.5, -179.9, 300],
    [89, 10, 200],
    [70, 10, 2_400],
    [0, 0, 20_000],
  ])('%d,%d has all places within %d km', (lat, lon, km) => {
    const box = boxAround({ lat, lon }, km);
    for (let direction = 0; direction < 360; direction += 5) {
      expect([direction, isIn(box, at(lat, lon, km * 0.999, direction))]).toEqual([direction, true]);
      expect([direction, isIn(box, at(lat, lon, km / 3, direction))]).toEqual([direction, true]);
    }
  });

  it('leaves out what is far away', () => {
    expect(isIn(boxAround({ lat: 41.98, lon: 2.82 }, 50), [43, 2.82])).toBe(false);
    expect(isIn(boxAround({ lat: 41.98, lon: 2.82 }, 50), [41.98, 4])).toBe(false);
    expect(isIn(boxAround({ lat: -16.5, lon: 179.9 }, 300), [-16.5, 170])).toBe(false);
  });
});
