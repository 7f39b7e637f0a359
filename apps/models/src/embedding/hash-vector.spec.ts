import { expect, it } from '@jest/globals';
import { HASH_DIMENSION, hashVector } from './hash-vector.js';

const similarity = (a: string, b: string) => {
  const [x, y] = [hashVector(a), hashVector(b)];
  return x.reduce((sum, each, n) => sum + each * y[n]!, 0);
};

it('texts with the same words are near, whatever their order and case, and related words nearer than others', () => {
  expect(similarity('reset a password', 'A password: RESET')).toBeCloseTo(1);
  expect(similarity('reset passwords', 'reset a password')).toBeGreaterThan(similarity('reset passwords', 'invoice of March') + 0.3);
});

it('a vector has the length 1, and that of no words is zero', () => {
  expect(Math.hypot(...hashVector('hello'))).toBeCloseTo(1);
  expect(hashVector('…')).toEqual(new Array(HASH_DIMENSION).fill(0));
});
