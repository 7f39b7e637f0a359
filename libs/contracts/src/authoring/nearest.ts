import { distance } from 'fastest-levenshtein';

/** Longer words are no typing mistakes, and would take long to compare. */
const WORD_MAX = 100;

/** The name that a word was probably meant to be: it differs in a third of the letters at most, or in two. Undefined if none is near. */
export function nearestOf(word: string, names: Iterable<string>): string | undefined {
  if (word.length > WORD_MAX) return undefined;
  const limit = word.length < 3 ? 1 : Math.max(2, Math.floor(word.length / 3));
  const distances = [...names].map((name) => ({ name, edits: distance(word.toLowerCase(), name.toLowerCase()) }));
  return distances.filter(({ edits }) => edits <= limit && edits < word.length).sort((a, b) => a.edits - b.edits)[0]?.name;
}

/** `; did you mean 'url'?` for a word that no name equals, else `otherwise`. */
export function didYouMean(word: string, names: Iterable<string>, otherwise = ''): string {
  const nearest = nearestOf(word, names);
  return nearest === undefined ? otherwise : `; did you mean '${nearest}'?`;
}
