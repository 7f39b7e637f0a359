import { expect, it } from '@jest/globals';
import { evaluateCondition } from './condition.js';
import type { IrCondition, Json } from './ir.js';
import { Meter } from './meter.js';

const test = (x: Json | undefined, comparison: Omit<IrCondition, 'field'>): boolean =>
  evaluateCondition({ field: '{{event.x}}', ...comparison }, { event: { ...(x !== undefined && { x }), two: 2 } }, new Meter(1e6));

it.each<[Json | undefined, Omit<IrCondition, 'field'>, boolean]>([
  // as text
  ['a', { eq: 'a' }, true],
  ['a', { eq: 'A' }, false],
  [1, { eq: '1' }, true],
  [true, { eq: 'true' }, true],
  [undefined, { eq: '' }, true],
  [[1, 2], { eq: '[1,2]' }, true],
  ['a', { neq: 'b' }, true],
  [1, { neq: 1 }, false],
  [2, { eq: '{{event.two}}' }, true],
  // as numbers
  [2, { gt: 1 }, true],
  [1, { gt: 1 }, false],
  ['10', { gt: '9' }, true],
  [' 2.5 ', { gt: 2 }, true],
  ['ten', { gt: 1 }, false],
  ['', { lt: 1 }, false],
  [true, { gt: 0 }, false],
  [null, { lt: 1 }, false],
  [3, { gt: 'x' }, false],
  ['0x10', { gt: 1 }, false],
  [1, { lt: 2 }, true],
  [2, { lt: 2 }, false],
  [-1, { lt: '0' }, true],
  // membership
  [['a', 'b'], { in: 'a' }, true],
  [['a', 'b'], { in: 'c' }, false],
  [[1], { in: '1' }, false],
  [[{ a: 1 }], { in: { a: 1 } }, true],
  ['abc', { in: 'bc' }, true],
  ['abc', { in: 'd' }, false],
  [{ a: 1 }, { in: 'a' }, true],
  [{ a: 1 }, { in: 'toString' }, false],
  [5, { in: 5 }, false],
  [undefined, { in: 'a' }, false],
  // presence
  ['a', { exists: true }, true],
  [0, { exists: true }, true],
  [false, { exists: true }, true],
  [[], { exists: true }, true],
  ['', { exists: true }, false],
  [null, { exists: true }, false],
  [undefined, { exists: true }, false],
  [undefined, { exists: false }, true],
  ['a', { exists: false }, false],
  // no comparator
  ['a', {}, false],
])('%j, %j: %j', (x, comparison, expected) => expect(test(x, comparison)).toBe(expected));

it('the meter counts the elements of an array that is searched', () => {
  const x = Array.from({ length: 100_000 }, () => 1);
  expect(() => test(x, { in: 2 })).toThrow('too much data');
});
