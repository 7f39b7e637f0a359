/** How much a model test plays, and of what. */
export interface Sequences {
  /** For fast-check: how often, each time LANES sequences at once; and the seed, which plays the same ones again. */
  runs: { numRuns: number; seed: number };
  /** How long jest should wait for it, in milliseconds. */
  timeoutMs: number;
}

/** So many sequences go on at the same time, each in a tenant of its own: that is faster, and they are in each other's way. */
export const LANES = 8;

/**
 * Of a model test: `usual` sequences, or as many as SKEP_TEST_SEQUENCES says for a long run at night, which tells its seed.
 * SKEP_TEST_SEED takes that seed.
 */
export function sequences(model: string, usual: number): Sequences {
  const { SKEP_TEST_SEQUENCES: wanted, SKEP_TEST_SEED: given } = process.env;
  const count = Number(wanted ?? usual);
  const seed = given ? Number(given) : Math.floor(Math.random() * 2 ** 31);
  if (wanted || given) process.stderr.write(`${model}: ${count} sequences, SKEP_TEST_SEED=${seed}\n`);
  return { runs: { numRuns: Math.ceil(count / LANES), seed }, timeoutMs: 120_000 + count * 500 };
}
