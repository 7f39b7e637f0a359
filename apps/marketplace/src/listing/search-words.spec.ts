import { describe, expect, it } from '@jest/globals';
import { parseSearchWords, splitWords, toFuzzyQuery, toPrefixQuery } from './search-words.js';

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
  it('matches its last word as a prefix', () => {
    expect(toPrefixQuery('link sav')).toBe('link & sav:*');
    expect(toPrefixQuery(' !? ')).toBe('');
  });

  it('with operators is taken literally', () => {
    for (const search of ['"link saver"', 'link -saver', 'link OR saver']) {
      expect(toPrefixQuery(search)).toBe('');
      expect(parseSearchWords(search)).toEqual([]);
    }
    expect(toPrefixQuery('e-mail or-chid')).toBe('e & mail & or & chid:*');
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
    expect(toFuzzyQuery('lnik sav', noCorrections)).toBe('');
    expect(toFuzzyQuery('lnik sav', new Map([['lnik', ['link', 'lnk']]]))).toBe('(link | lnk) & (sav:*)');
  });
});
