/** Postgres compares words of up to 255 bytes; nobody mistypes so long a word. */
const LONGEST = 60;
/** How many words of one search are looked up in the vocabulary, at the most. */
const FORGIVEN = 8;
const OPERATORS = /"|(^|\s)-|(^|\s)or(\s|$)/i;

/** The words of a text: runs of letters and digits, in lower case. None of them means anything to SQL or to a text search query. */
export const wordsOf = (text: string): string[] =>
  (text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? []).filter((word) => word.length <= LONGEST);

/** A word of a search, and how far from it the word meant may be. */
export interface Typed {
  word: string;
  /** It may go on: the person is still typing. */
  last: boolean;
  /** Letters added, left out or changed. */
  edits: number;
  /** The word with two neighbouring letters changed over. */
  swaps: string[];
}

/** The words of a search as they may have been mistyped. None where the search uses operators: then it means what it says. */
export function typedWords(search: string): Typed[] {
  if (OPERATORS.test(search)) return [];
  const words = wordsOf(search);
  const last = words.at(-1);
  return [...new Set(words)].slice(0, FORGIVEN).map((word) => ({ word, last: word === last, edits: editsOf(word), swaps: swapsOf(word) }));
}

const editsOf = ({ length }: string) => (length < 4 ? 0 : length < 8 ? 1 : 2);

function swapsOf(word: string): string[] {
  const letters = [...word];
  return letters.length < 3 ? [] : letters.slice(1).map((_, i) => swapped(letters, i).join(''));
}

const swapped = (letters: string[], i: number) => letters.with(i, letters[i + 1]!).with(i + 1, letters[i]!);

/** All the words, the last one as a beginning; empty where the search uses operators. A text search query of Postgres. */
export const beginning = (search: string): string =>
  OPERATORS.test(search) || !wordsOf(search).length ? '' : `${wordsOf(search).join(' & ')}:*`;

/** Like `beginning`, with words of the vocabulary in place of those that are near to them; empty where there are none. */
export function forgiving(search: string, near: ReadonlyMap<string, readonly string[]>): string {
  if (!near.size) return '';
  const words = wordsOf(search);
  return words.map((word, i) => `(${(near.get(word) ?? [i === words.length - 1 ? `${word}:*` : word]).join(' | ')})`).join(' & ');
}
