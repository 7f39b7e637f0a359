import { randomInt } from 'node:crypto';

/** RFC 8628 §6.1: no vowels, so that codes do not spell words; no digits, which look like letters. Eight letters are 34 bits. */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';
const LENGTH = 8;

/** Generates eight random letters, without a hyphen. */
export const generateUserCode = () => Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');

/** Formats a code for display: `BCDF-GHJK`. */
export const formatUserCode = (code: string) => `${code.slice(0, 4)}-${code.slice(4)}`;

/** Case-insensitive; other characters are ignored. */
export const parseUserCode = (typed: string) => typed.toUpperCase().replace(/[^A-Z]/g, '');
