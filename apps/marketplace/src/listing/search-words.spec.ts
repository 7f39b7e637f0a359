import { describe, expect, it } from '@jest/globals';
import { incompleteWord, parseSearchWords, splitWords, toFuzzyQuery, toPrefixQuery } from './search-words.js';

const noCorrections = new Map<string, string[]>();

describe('the words of a text', () => {
  it('are its letters and digits, in lower case, in every script', () => {
    expect(splitWords('Link-Saver 2.0: save_link')).toEqual(['link', 'saver', '2', '0', 'save', 'link']);
    expect(splitWords('Ärger Ссылка リンク')).toEqual(['ärger', 'ссылка', 'リンク']);
  });

  it('contain no operator of a query', () => {
    expect(splitWords(`a'b"c\\d & | ! ( ) : * <-> %_;--`)).toEqual(['a', 'b', 'c', 'd']);
    expect(splitWords(`x${'y'.repeat(200)}`)).toEqual([]);
  });
});

describe('a search', () => {
  it('completes its last word', () => {
    expect(incompleteWord('link sav')).toBe('sav');
    expect(toPrefixQuery('link sav', ['save', 'saver'])).toBe('link & (save | saver)');
    expect(toPrefixQuery('sav', ['save'])).toBe('(save)');
    expect(toPrefixQuery('link sav', [])).toBe('');
    for (const search of [' !? ', 'link s']) expect(incompleteWord(search)).toBeUndefined();
  });

  it('with operators is taken literally', () => {
    for (const search of ['"link saver"', 'link -saver', 'link OR saver']) {
      expect(incompleteWord(search)).toBeUndefined();
      expect(parseSearchWords(search)).toEqual([]);
    }
    expect(incompleteWord('e-mail or-chid')).toBe('chid');
  });

  it('allows more edits in longer words', () => {
    expect(parseSearchWords('a lnik productivity').map(({ word, maxEdits, isLast }) => [word, maxEdits, isLast])).toEqual([
      ['a', 0, false],
      ['lnik', 1, false],
      ['productivity', 2, true],
    ]);
  });

  it('lists a word with each pair of letters swapped', () => {
    expect(parseSearchWords('lnik')[0]?.swaps).toEqual(['nlik', 'link', 'lnki']);
    expect(parseSearchWords('ab')[0]?.swaps).toEqual([]);
  });

  it('looks up at most eight distinct words', () => {
    expect(parseSearchWords('a b c a b c d e f g h i j')).toHaveLength(8);
  });

  it('replaces misspelled words by their corrections', () => {
    expect(toFuzzyQuery('lnik sav', noCorrections, ['save'])).toBe('');
    const corrections = new Map([['lnik', ['link', 'lnk']]]);
    expect(toFuzzyQuery('lnik sav', corrections, ['save', 'saver'])).toBe('(link | lnk) & (save | saver)');
    expect(toFuzzyQuery('lnik zzz', corrections, [])).toBe('(link | lnk) & (zzz)');
  });
});
