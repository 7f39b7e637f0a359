/** Longer words are ignored: `levenshtein` of Postgres compares at most 255 bytes. */
const MAX_WORD_LENGTH = 60;
/** Words of one search that are looked up in the vocabulary. */
const MAX_LOOKUPS = 8;
const PREFIX_MIN = 2;
const OPERATORS = /"|(^|\s)-|(^|\s)or(\s|$)/i;

/** The words of a text: runs of letters and digits, in lower case. None is an operator in SQL or in a text search query. */
export const splitWords = (text: string): string[] =>
  (text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? []).filter((word) => word.length <= MAX_WORD_LENGTH);

/** One word of a search, with the mistakes that a correction may assume. */
export interface SearchWord {
  word: string;
  /** The last word may be incomplete: the user may still be typing. */
  isLast: boolean;
  /** Maximum edit distance of a correction. */
  maxEdits: number;
  /** The word with each pair of neighbouring letters swapped. */
  swaps: string[];
}

/** The distinct words of a search, at most 8. None if the search uses operators: it is taken literally. */
export function parseSearchWords(search: string): SearchWord[] {
  if (OPERATORS.test(search)) return [];
  const words = splitWords(search);
  const last = words.at(-1);
  return [...new Set(words)]
    .slice(0, MAX_LOOKUPS)
    .map((word) => ({ word, isLast: word === last, maxEdits: maxEditsOf(word), swaps: listSwaps(word) }));
}

const maxEditsOf = ({ length }: string) => (length < 4 ? 0 : length < 8 ? 1 : 2);

function listSwaps(word: string): string[] {
  const letters = [...word];
  return letters.length < 3 ? [] : letters.slice(1).map((_, i) => swapAt(letters, i).join(''));
}

const swapAt = (letters: string[], i: number) => letters.with(i, letters[i + 1]!).with(i + 1, letters[i]!);

/** The last word of a search, if it may be incomplete. Undefined if the search uses operators, or ends in a single letter: too many words begin with it. */
export function incompleteWord(search: string): string | undefined {
  const last = splitWords(search).at(-1);
  return last === undefined || last.length < PREFIX_MIN || OPERATORS.test(search) ? undefined : last;
}

/** A `tsquery` of all words, the last one completed. Empty if there are no completions. */
export function toPrefixQuery(search: string, completions: readonly string[]): string {
  if (!completions.length) return '';
  return [...splitWords(search).slice(0, -1), anyOf(completions)].join(' & ');
}

/** Like `toPrefixQuery`, with each misspelled word replaced by its corrections. Empty if there are none. */
export function toFuzzyQuery(search: string, corrections: ReadonlyMap<string, readonly string[]>, completions: readonly string[]): string {
  if (!corrections.size) return '';
  const words = splitWords(search);
  const completed = (i: number) => (i === words.length - 1 && completions.length ? completions : undefined);
  return words.map((word, i) => anyOf(corrections.get(word) ?? completed(i) ?? [word])).join(' & ');
}

const anyOf = (words: readonly string[]) => `(${words.join(' | ')})`;
