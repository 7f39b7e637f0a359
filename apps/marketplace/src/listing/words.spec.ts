import { describe, expect, it } from '@jest/globals';
import { beginning, forgiving, typedWords, wordsOf } from './words.js';

const noneNear = new Map<string, string[]>();

describe('the words of a text', () => {
  it('are its letters and digits, in lower case, in every script', () => {
    expect(wordsOf('Link-Saver 2.0: save_link')).toEqual(['link', 'saver', '2', '0', 'save', 'link']);
    expect(wordsOf('Ärger Ссылка リンク')).toEqual(['ärger', 'ссылка', 'リンク']);
  });

  it('hold nothing that a query could take for an operator', () => {
    expect(wordsOf(`a'b"c\\d & | ! ( ) : * <-> %_;--`)).toEqual(['a', 'b', 'c', 'd']);
    expect(wordsOf(`x${'y'.repeat(200)}`)).toEqual([]);
  });
});

describe('a search', () => {
  it('takes its last word as a beginning', () => {
    expect(beginning('link sav')).toBe('link & sav:*');
    expect(beginning(' !? ')).toBe('');
  });

  it('with operators means what it says', () => {
    for (const search of ['"link saver"', 'link -saver', 'link OR saver']) {
      expect(beginning(search)).toBe('');
      expect(typedWords(search)).toEqual([]);
    }
    expect(beginning('e-mail or-chid')).toBe('e & mail & or & chid:*');
  });

  it('forgives more in longer words', () => {
    expect(typedWords('a lnik productivity').map(({ word, edits, last }) => [word, edits, last])).toEqual([
      ['a', 0, false],
      ['lnik', 1, false],
      ['productivity', 2, true],
    ]);
  });

  it('knows the word with two letters changed over', () => {
    expect(typedWords('lnik')[0]?.swaps).toEqual(['nlik', 'link', 'lnki']);
    expect(typedWords('ab')[0]?.swaps).toEqual([]);
  });

  it('looks up eight words at the most, and each once', () => {
    expect(typedWords('a b c a b c d e f g h i j')).toHaveLength(8);
  });

  it('puts the words of the vocabulary in place of the mistyped ones', () => {
    expect(forgiving('lnik sav', noneNear)).toBe('');
    expect(forgiving('lnik sav', new Map([['lnik', ['link', 'lnk']]]))).toBe('(link | lnk) & (sav:*)');
  });
});
