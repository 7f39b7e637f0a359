import { expect, test } from '@jest/globals';
import { median, ranks, welch } from '../statistics.ts';

test('the median of an even and of an odd number of values', () => {
  expect([median([3, 1, 2]), median([4, 1, 3, 2])]).toEqual([2, 2.5]);
});

test('Welch’s t for a published example, with its sign', () => {
  const a = [27.5, 21, 19, 23.6, 17, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19, 21.7, 21.4];
  const b = [27.1, 22, 20.8, 23.4, 23.4, 23.5, 25.8, 22, 24.8, 20.2, 21.9, 22.1, 22.9, 30.5, 24.5];
  expect(welch(a, b)).toBeCloseTo(-2.89, 1);
  expect(welch(b, a)).toBeCloseTo(-welch(a, b), 10);
});

test('ranks computes the share of pairs in which one side is greater; ties count half', () => {
  expect(ranks([3, 4], [1, 2]).share).toBe(1);
  expect(ranks([1, 2], [1, 2])).toEqual({ share: 0.5, z: 0 });
  expect(ranks([1, 3, 5], [2, 4, 6]).share).toBeCloseTo(3 / 9, 10);
});

test('ranks detects a difference of three percent that an outlier hides from the means', () => {
  const noise = (n: number) => 1 + ((n * 7919) % 101) / 1000;
  const a = Array.from({ length: 1000 }, (_, n) => 103 * noise(n));
  const b = Array.from({ length: 1000 }, (_, n) => 100 * noise(n + 13));
  a[0] = 1;
  b[0] = 100_000;
  expect(Math.abs(welch(a, b))).toBeLessThan(1.1);
  expect(ranks(a, b).z).toBeGreaterThan(10);
});
