import type { Fault } from '@skep/contracts';
import { findFault } from './find-fault.js';

/** Matches every long number and every exponent, and some strings. */
const SUSPECT = /\d{16}|\d\.?[eE][+-]?\d/;

/** Stands for a number that JavaScript would change. */
class InexactNumber {
  constructor(readonly source: string) {}
}
type ParseWithSource = (text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown) => unknown;
/** ECMAScript passes the number's source text to the reviver; TypeScript's types do not have it yet. */
const parseWithSource = JSON.parse as ParseWithSource;

/**
 * Finds a number that `JSON.parse` would silently change: an integer that it rounds, or a number that becomes infinite or 0. Fractions
 * are accepted although doubles round them. A regular expression on the raw text rules out nearly every input.
 */
export function findInexactNumber(raw: string): Fault | undefined {
  if (!SUSPECT.test(raw)) return undefined;
  let isFound = false;
  const json = parseWithSource(raw, (_, value, { source }) => {
    if (typeof value !== 'number' || source === undefined || isExact(source, value)) return value;
    isFound = true;
    return new InexactNumber(source);
  });
  if (!isFound) return undefined;
  return findFault(json, (value) => {
    if (!(value instanceof InexactNumber)) return undefined;
    return { msg: `The number ${value.source.slice(0, 40)} cannot be represented exactly; send it as a string`, type: 'number_inexact' };
  });
}

function isExact(source: string, value: number): boolean {
  if (value !== 0 && Math.abs(value) <= Number.MAX_SAFE_INTEGER && !Number.isInteger(value)) return true;
  return Number.isFinite(value) && toCanonical(source) === toCanonical(String(value));
}

/** The canonical form of a decimal number: its digits without zeros at either end, and the power of ten. '' for 0. */
function toCanonical(source: string): string {
  const [, sign, whole = '', fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  return significant && `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}
