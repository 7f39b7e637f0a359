import { createHash, randomInt } from 'node:crypto';

const DIGITS_AND_LETTERS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Random text of digits and letters; `letters: 'lower'` leaves out the capitals, as ids do. */
export function alphanumeric(length: number, letters: 'lower' | 'all' = 'all'): string {
  const size = letters === 'lower' ? 36 : 62;
  return Array.from({ length }, () => DIGITS_AND_LETTERS[randomInt(size)]).join('');
}

/** How a random secret is kept: with 256 bits of chance in it, one fast hash is enough. */
export const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
