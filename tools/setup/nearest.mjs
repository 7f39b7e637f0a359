/** The name with the smallest edit distance (Levenshtein) to the word. */
export const nearest = (word, names) => names.reduce((best, name) => (distance(word, name) < distance(word, best) ? name : best));

function distance(from, to) {
  let row = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= to.length; j++)
      row[j] = Math.min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1));
  }
  return row[to.length];
}
