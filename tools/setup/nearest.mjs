/**
 * The name with the smallest edit distance (Levenshtein) to the word.
 * @param {string} word
 * @param {string[]} names
 */
export const nearest = (word, names) => names.reduce((best, name) => (distance(word, name) < distance(word, best) ? name : best));

/**
 * @param {string} from
 * @param {string} to
 */
function distance(from, to) {
  let row = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (const [i, letter] of [...from].entries()) {
    let left = i + 1;
    row = row.map(
      (above, j) => (left = j === 0 ? i + 1 : Math.min(above + 1, left + 1, (row[j - 1] ?? 0) + (letter === to[j - 1] ? 0 : 1))),
    );
  }
  return row.at(-1) ?? 0;
}
