import { expect, it } from '@jest/globals';
import { splitText } from './split-text.js';

it('a short text is one part, and an empty one has no parts', () => {
  expect([splitText('Hello.', 10), splitText(' \n', 10), splitText('x'.repeat(10), 10)]).toEqual([['Hello.'], [], ['x'.repeat(10)]]);
});

it('a long text is split between paragraphs, else lines, sentences and words, and each part fits', () => {
  expect(splitText('one two three\n\nfour five', 20)).toEqual(['one two three', 'four five']);
  expect(splitText('one two three\nfour five', 20)).toEqual(['one two three', 'four five']);
  expect(splitText('One two three. Four five', 20)).toEqual(['One two three.', 'Four five']);
  expect(splitText('one two three four five', 20)).toEqual(['one two three four', 'five']);
  for (const max of [10, 20, 64]) {
    const parts = splitText('word and sentence. '.repeat(50), max);
    expect(parts.every((part) => part.length > 0 && part.length <= max)).toBe(true);
    expect(parts.join(' ').replaceAll(/\s+/g, ' ')).toBe('word and sentence. '.repeat(50).trim());
  }
});

it('a word without an end is cut, but no character', () => {
  const parts = splitText('🐝'.repeat(30), 7);
  expect(parts.every((part) => part.isWellFormed() && part.length <= 7)).toBe(true);
  expect(parts.join('')).toBe('🐝'.repeat(30));
});
