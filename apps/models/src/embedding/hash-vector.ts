import { createHash } from 'node:crypto';

/** Numbers in a vector. */
export const HASH_DIMENSION = 512;
const TRIGRAM_WEIGHT = 0.3;

/**
 * A vector of length 1 that depends on the words of a text and on their parts: each adds 1 or -1 at a place that follows from its hash.
 * Texts with the same words are near. All numbers are 0 for a text without words.
 */
export function hashVector(text: string): number[] {
  const vector = new Array<number>(HASH_DIMENSION).fill(0);
  const add = (feature: string, weight: number) => {
    const hash = createHash('sha256').update(feature).digest();
    const place = hash.readUInt16LE(0) % HASH_DIMENSION;
    vector[place]! += (hash[2]! & 1 ? 1 : -1) * weight;
  };
  for (const word of text
    .normalize('NFKC')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? []) {
    add(word, 1);
    for (let n = 0; n + 3 <= word.length; n++) add(`:${word.slice(n, n + 3)}`, TRIGRAM_WEIGHT);
  }
  return unitVector(vector);
}

/** The vector with the same direction and the length 1. */
export function unitVector(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector);
  return length ? vector.map((each) => each / length) : [...vector];
}
