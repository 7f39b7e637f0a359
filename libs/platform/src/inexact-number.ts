import type { Fault } from '@skep/contracts';
import { findFault } from './find-fault.js';

/** A number is long or has an exponent, or a text looks like one. */
const SUSPECT = /\d{16}|\d\.?[eE][+-]?\d/;

/** A number that JavaScript would change, as it was written. */
class Inexact {
  constructor(readonly written: string) {}
}
type WithSource = (text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown) => unknown;
/** ECMAScript's own; TypeScript does not know the third argument yet. */
const parseWithSource = JSON.parse as WithSource;

/**
 * Finds a number that JSON.parse would silently change: an integer that is rounded, and what becomes infinite or 0. Fractions may be
 * rounded as doubles always are. A look at the raw text tells that nearly every input is free of them.
 */
export function findInexactNumber(raw: string): Fault | undefined {
  if (!SUSPECT.test(raw)) return undefined;
  let found = false;
  const json = parseWithSource(raw, (_, value, { source }) => {
    if (typeof value !== 'number' || source === undefined || isKept(source, value)) return value;
    found = true;
    return new Inexact(source);
  });
  if (!found) return undefined;
  return findFault(json, (value) => {
    if (!(value instanceof Inexact)) return undefined;
    return { msg: `The number ${value.written.slice(0, 40)} cannot be kept exactly; send it as text`, type: 'number_inexact' };
  });
}

function isKept(written: string, value: number): boolean {
  if (value !== 0 && Math.abs(value) <= Number.MAX_SAFE_INTEGER && !Number.isInteger(value)) return true;
  return Number.isFinite(value) && decimal(written) === decimal(String(value));
}

/** One way to write each decimal number: its digits without zeros at either end, and the power of ten. */
function decimal(written: string): string {
  const [, sign, whole = '', fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(written) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  return significant && `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}
