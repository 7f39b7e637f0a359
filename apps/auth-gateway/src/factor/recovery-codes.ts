import { randomInt } from 'node:crypto';

/** Digits and capitals without I, L, O and U, which are mistaken for others (Crockford's base 32). Ten of them are 50 bits. */
const SIGNS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 10;
const CODES = 10;

const newRecoveryCode = () => Array.from({ length: LENGTH }, () => SIGNS[randomInt(SIGNS.length)]).join('');

/** As they are kept, before they are hashed. */
export const newRecoveryCodes = (): string[] => Array.from({ length: CODES }, newRecoveryCode);

/** As a person reads it: `K7QPM-3XWN9`. */
export const shownRecoveryCode = (code: string) => `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`;

/** As it is kept, from whatever a person has typed in. */
export const readRecoveryCode = (typed: string) =>
  typed
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');
