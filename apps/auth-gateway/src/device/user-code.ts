import { randomInt } from 'node:crypto';

/** RFC 8628 §6.1: no vowels, so no words; no digits, so nothing to mistake. Eight of them are 34 bits. */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';
const LENGTH = 8;

export const newUserCode = () => Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');

/** As a person reads it: `BCDF-GHJK`. */
export const shownUserCode = (code: string) => `${code.slice(0, 4)}-${code.slice(4)}`;

/** As it is kept, from whatever a person has typed in. */
export const readUserCode = (typed: string) => typed.toUpperCase().replace(/[^A-Z]/g, '');
