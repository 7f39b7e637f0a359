import { createHash, randomBytes, randomInt } from 'node:crypto';

const DIGITS_AND_LETTERS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Random text of digits and letters; `letters: 'lower'` leaves out the capitals, as ids do. */
export function alphanumeric(length: number, letters: 'lower' | 'all' = 'all'): string {
  const size = letters === 'lower' ? 36 : 62;
  return Array.from({ length }, () => DIGITS_AND_LETTERS[randomInt(size)]).join('');
}

/** How a random secret is kept: with 256 bits of chance in it, one fast hash is enough. */
export const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * The token of a link in a mail: 192 bits, and short enough that the link stays on one line. It begins with a letter that is no
 * hexadecimal digit, for after the `=` of the link two of those read like quoted-printable.
 */
export const mailToken = (): string => `t${randomBytes(24).toString('base64url')}`;
