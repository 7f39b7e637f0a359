/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return sorted.length % 2 ? sorted[Math.floor(half)] : (sorted[half - 1] + sorted[half]) / 2;
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Welch's t: the difference of the means in standard errors. Beyond 4.5 it indicates a side channel (ISO/IEC 17825).
 * @param {number[]} a
 * @param {number[]} b
 */
export function welch(a, b) {
  const error = (values) => {
    const middle = mean(values);
    return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1) / values.length;
  };
  return (mean(a) - mean(b)) / Math.sqrt(error(a) + error(b));
}

/**
 * The Mann–Whitney rank test, which is robust against outliers.
 * @param {number[]} a
 * @param {number[]} b
 * @returns {{ share: number, z: number }} the share of pairs in which the value of `a` is greater, and its distance from one half
 *   in standard errors
 */
export function ranks(a, b) {
  const all = [...a.map((value) => ({ value, ofA: true })), ...b.map((value) => ({ value, ofA: false }))].sort((x, y) => x.value - y.value);
  let sum = 0;
  for (let from = 0, to; from < all.length; from = to) {
    for (to = from; to < all.length && all[to].value === all[from].value; to++);
    const rank = (from + 1 + to) / 2;
    for (let i = from; i < to; i++) if (all[i].ofA) sum += rank;
  }
  const pairs = a.length * b.length;
  const share = (sum - (a.length * (a.length + 1)) / 2) / pairs;
  return { share, z: ((share - 0.5) * pairs) / Math.sqrt((pairs * (a.length + b.length + 1)) / 12) };
}
