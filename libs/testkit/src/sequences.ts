/** The size of a model test. */
export interface ModelTestSize {
  /** For fast-check: the number of runs, of LANES sequences each, and the seed that reproduces them. */
  runs: { numRuns: number; seed: number };
  /** Jest's timeout, in milliseconds. */
  timeoutMs: number;
}

/** The number of sequences that run concurrently, each in a tenant of its own: this is faster, and makes them interfere. */
export const LANES = 8;

/**
 * The size of a model test: `defaultCount` sequences, or SKEP_TEST_SEQUENCES for a long run. Such a run prints its seed;
 * SKEP_TEST_SEED repeats it.
 */
export function modelTestSize(model: string, defaultCount: number): ModelTestSize {
  const { SKEP_TEST_SEQUENCES: countSetting, SKEP_TEST_SEED: seedSetting } = process.env;
  const count = Number(countSetting ?? defaultCount);
  const seed = seedSetting ? Number(seedSetting) : Math.floor(Math.random() * 2 ** 31);
  if (countSetting || seedSetting) process.stderr.write(`${model}: ${count} sequences, SKEP_TEST_SEED=${seed}\n`);
  return { runs: { numRuns: Math.ceil(count / LANES), seed }, timeoutMs: 120_000 + count * 500 };
}
