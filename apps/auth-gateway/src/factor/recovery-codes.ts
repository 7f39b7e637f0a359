import { randomInt } from 'node:crypto';

/** Crockford's base 32: digits and capitals without I, L, O and U, which are easily confused. Ten of them are 50 bits. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 10;
const CODES = 10;

const generateRecoveryCode = () => Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

/** Generates ten codes, without hyphens. */
export const generateRecoveryCodes = (): string[] => Array.from({ length: CODES }, generateRecoveryCode);

/** Formats a code for display: `K7QPM-3XWN9`. */
export const formatRecoveryCode = (code: string) => `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`;

/** Case-insensitive; separators are ignored, and O, I and L are read as digits. */
export const parseRecoveryCode = (typed: string) =>
  typed
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');
