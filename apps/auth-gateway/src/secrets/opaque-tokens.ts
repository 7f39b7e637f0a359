import { createHash, randomBytes, randomInt } from 'node:crypto';

const DIGITS_AND_LETTERS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** A random string of digits and letters; for ids, `letters: 'lower'` omits capitals. */
export function randomAlphanumeric(length: number, letters: 'lower' | 'all' = 'all'): string {
  const size = letters === 'lower' ? 36 : 62;
  return Array.from({ length }, () => DIGITS_AND_LETTERS[randomInt(size)]).join('');
}

/** Hashes a random secret for storage. One fast hash is enough, because the secrets have 190 bits or more. */
export const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * Generates the token of a link in an e-mail: 192 bits, short enough to keep the link on one line. It begins with a letter that is not a
 * hexadecimal digit, because `=` and two of those look like quoted-printable encoding.
 */
export const generateLinkToken = (): string => `t${randomBytes(24).toString('base64url')}`;
