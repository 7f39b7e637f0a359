export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  const at = (index: number) => sorted[index] ?? Number.NaN;
  return sorted.length % 2 ? at(Math.floor(half)) : (at(half - 1) + at(half)) / 2;
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Welch's t: the difference of the means in standard errors. Beyond 4.5 it indicates a side channel (ISO/IEC 17825). */
export function welch(a: number[], b: number[]): number {
  const error = (values: number[]) => {
    const middle = mean(values);
    return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1) / values.length;
  };
  return (mean(a) - mean(b)) / Math.sqrt(error(a) + error(b));
}

/**
 * The Mann–Whitney rank test, which is robust against outliers.
 * @returns the share of pairs in which the value of `a` is greater, and its distance from one half
 *   in standard errors
 */
export function ranks(a: number[], b: number[]): { share: number; z: number } {
  const all = [...a.map((value) => ({ value, ofA: true })), ...b.map((value) => ({ value, ofA: false }))].sort((x, y) => x.value - y.value);
  let sum = 0;
  for (let from = 0, to = 0; from < all.length; from = to) {
    while (to < all.length && all[to]?.value === all[from]?.value) to++;
    sum += ((from + 1 + to) / 2) * all.slice(from, to).filter(({ ofA }) => ofA).length;
  }
  const pairs = a.length * b.length;
  const share = (sum - (a.length * (a.length + 1)) / 2) / pairs;
  return { share, z: ((share - 0.5) * pairs) / Math.sqrt((pairs * (a.length + b.length + 1)) / 12) };
}

/** The value below which this share of the values lies. */
export const percentile = (values: number[], share: number): number => rankOf(Float64Array.from(values).sort(), share);

/** Like `percentile`, of values that are sorted already. */
export function rankOf(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
