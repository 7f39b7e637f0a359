import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

const DIGITS_AND_LETTERS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** A random string of digits and letters; for ids, `letters: 'lower'` omits capitals. */
export function randomAlphanumeric(length: number, letters: 'lower' | 'all' = 'all'): string {
  const size = letters === 'lower' ? 36 : 62;
  return Array.from({ length }, () => DIGITS_AND_LETTERS[randomInt(size)]).join('');
}

/** Hashes a random secret for storage. One fast hash is enough, because the secrets have 190 bits or more. */
export const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether a code verifier is that of an S256 challenge (RFC 7636 §4.6). */
export const verifierMatches = (challenge: string, verifier: string): boolean =>
  timingSafeEqual(sha256(challenge), sha256(sha256(verifier).toString('base64url')));

/**
 * Generates the token of a link in an e-mail: 192 bits, short enough to keep the link on one line. It begins with a letter that is not a
 * hexadecimal digit, because `=` and two of those look like quoted-printable encoding.
 */
export const generateLinkToken = (): string => `t${randomBytes(24).toString('base64url')}`;
