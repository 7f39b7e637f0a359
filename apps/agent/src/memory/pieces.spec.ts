import { expect, it } from '@jest/globals';
import { cutIntoPieces } from './pieces.js';

const text = 'one two three four five';

it('cuts a text by words', () => expect(cutIntoPieces(text, 2, 0)).toEqual(['one two', 'three four', 'five']));

it('repeats the overlap', () => expect(cutIntoPieces(text, 3, 1)).toEqual(['one two three', 'three four five']));

it('keeps lines, and ends for an overlap as large as a piece', () => {
  expect(cutIntoPieces('one\n\ntwo', 5, 5)).toEqual(['one\n\ntwo']);
  expect(cutIntoPieces('a b c', 2, 2)).toEqual(['a b', 'b c']);
});

it('makes no pieces of a blank text', () => expect(cutIntoPieces(' \n', 5, 0)).toEqual([]));
