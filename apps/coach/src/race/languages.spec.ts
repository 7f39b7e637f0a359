import { describe, expect, it } from '@jest/globals';
import { lookUpLanguage, readAcceptLanguage } from './languages.js';

describe('the languages of a header', () => {
  it.each([
    ['es', ['es']],
    ['en;q=0.5, es-es, *;q=0.1', ['es-ES', 'en']],
    ['de;q=0, nonsense!, fr;q=x, pt', ['pt']],
    ['', []],
  ])('%s', (header, expected) => expect(readAcceptLanguage(header)).toEqual(expected));
});

describe('the language of an answer', () => {
  it.each([
    [['es'], ['en', 'es'], 'es'],
    [['es-MX'], ['en', 'es'], 'es'],
    [['pt'], ['en', 'pt-BR'], 'pt-BR'],
    [['zu', 'en-GB'], ['en', 'es'], 'en'],
    [['zh-Hant-TW'], ['zh-Hans', 'zh-Hant'], 'zh-Hant'],
    [['zu'], ['en'], undefined],
    [[], ['en'], undefined],
  ])('that wants %j of %j is %s', (wanted, available, expected) => expect(lookUpLanguage(wanted, available)).toBe(expected));
});
