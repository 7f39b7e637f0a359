import { describe, expect, it } from '@jest/globals';
import { merge } from './merge.js';

describe('a merge', () => {
  it.each([
    [{ a: 1 }, { b: 2 }, { a: 1, b: 2 }],
    [{ a: 1 }, { a: 2 }, { a: 2 }],
    [{ a: 1 }, { a: undefined }, { a: 1 }],
    [{ a: 1, b: 2 }, { a: null }, { b: 2 }],
    [{ a: { b: 1 } }, { a: { c: [1] } }, { a: { b: 1, c: [1] } }],
    [{ a: { b: 1, c: 2 } }, { a: { b: null } }, { a: { c: 2 } }],
    [{ a: [1, 2] }, { a: [3] }, { a: [3] }],
    [{ a: 1 }, { a: { b: null, c: 1 } }, { a: { c: 1 } }],
  ])('of %j and %j is %j', (target, changes, merged) => {
    expect(merge(target, changes)).toEqual(merged);
  });

  it('changes neither of the two, and treats __proto__ as any other key', () => {
    const target = { a: { b: 1 } };
    const merged = merge(target, JSON.parse('{"a":{"__proto__":{"c":1}}}') as object);
    expect(JSON.stringify(merged)).toBe('{"a":{"b":1,"__proto__":{"c":1}}}');
    expect([target, ({} as { c?: number }).c]).toEqual([{ a: { b: 1 } }, undefined]);
  });
});
