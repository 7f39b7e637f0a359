/** A vector as bytes: four for each number. */
export const toBytes = (vector: readonly number[]): Buffer => Buffer.from(Float32Array.from(vector).buffer);

/** A vector of `toBytes`. */
export function toVector(bytes: Buffer): Float32Array {
  const aligned = new Uint8Array(bytes);
  return new Float32Array(aligned.buffer, 0, aligned.length / Float32Array.BYTES_PER_ELEMENT);
}

/** For an answer: five digits are more than a comparison needs. */
export const toNumbers = (bytes: Buffer): number[] => Array.from(toVector(bytes), (number) => Math.round(number * 1e5) / 1e5);

/** How near two vectors of length 1 are, from -1 to 1. Of different lengths they cannot be compared: 0. */
export function nearness(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return 0;
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
