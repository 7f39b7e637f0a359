/** Base 32 without characters that look alike: https://www.crockford.com/base32.html */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** Of a code: 40 bits. */
const LENGTH = 8;
const CODES_MAX = 3;
const IN_TEXT = /(?<![\p{L}\p{N}])[0-9A-Za-z]{4}[-\s]?[0-9A-Za-z]{4}(?![\p{L}\p{N}])/gu;

/** The first 40 bits as a code, `XXXX-XXXX`. */
export function toCode(bytes: Buffer): string {
  const bits = bytes.readUIntBE(0, 5);
  const letters = Array.from({ length: LENGTH }, (_, n) => ALPHABET[Math.floor(bits / 32 ** (LENGTH - 1 - n)) % 32]).join('');
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}

/** A code as it is compared: without hyphens, spaces and case; letters that were mistaken count as their digits. Undefined for what is none. */
export function readCode(text: string): string | undefined {
  const letters = text.replace(/[-\s]/g, '').toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1');
  return letters.length === LENGTH && [...letters].every((letter) => ALPHABET.includes(letter)) ? letters : undefined;
}

/** What may be codes in a message, at most three: with a hyphen or a digit, as few words have. */
export function codesIn(text: string): string[] {
  const found = [...text.matchAll(IN_TEXT)].flatMap(([word]) => (/[-\d]/.test(word) ? (readCode(word) ?? []) : []));
  return [...new Set(found)].slice(0, CODES_MAX);
}
