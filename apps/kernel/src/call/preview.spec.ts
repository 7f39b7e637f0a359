import { describe, expect, it } from '@jest/globals';
import { previewOf, toStorableText } from './preview.js';

describe('a preview', () => {
  it('shows a small value as it is', () => {
    expect(previewOf({ a: [1, 'two', null], b: { c: true } })).toBe('{"a":[1,"two",null],"b":{"c":true}}');
    expect(previewOf(null)).toBe('null');
    expect(previewOf(undefined)).toBe('');
  });

  it('masks values whose key looks like a secret’s, at any depth and of any type', () => {
    const shown = previewOf({
      password: 'p1',
      user: { accessToken: 'p2', client_secret: ['p3'], 'X-Api-Key': { v: 'p4' }, apikey: 5 },
      note: 'fine',
    });
    expect(shown).not.toMatch(/p1|p2|p3|p4|5/);
    expect(shown).toContain('"note":"fine"');
  });

  it('is short for large, long and deep values', () => {
    const deep = JSON.parse('['.repeat(5_000) + ']'.repeat(5_000)) as unknown;
    for (const value of [
      'x'.repeat(1e6),
      Array(1e5).fill('item'),
      deep,
      Object.fromEntries([...Array(1e4).keys()].map((i) => [`k${i}`, i])),
    ])
      expect(previewOf(value).length).toBeLessThanOrEqual(500);
  });

  it('is text that Postgres can store', () => {
    expect(previewOf({ text: 'a\0b' })).toBe('{"text":"ab"}');
    expect(previewOf(`${'x'.repeat(199)}😀`).isWellFormed()).toBe(true);
    expect(toStorableText(`a\0${'😀'.slice(0, 1)}`)).toBe('a\uFFFD');
  });
});
