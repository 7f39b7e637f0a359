import { RE2JS } from 're2js';

/** A `pattern` of an untrusted schema. It runs on RE2: in linear time, without look-around and back-references. */
export interface Pattern {
  /** The approximate size of its program: one instruction per atom, with counted repetitions expanded. */
  size: number;
  test(text: string): boolean;
}

/** The cost of compiling a Unicode class, in atoms. */
const UNICODE_CLASS_COST = 64;
/** How much more an atom costs to compile if the pattern is case-insensitive. */
const CASE_INSENSITIVE_FACTOR = 16;
const TOKEN = /\\[pP](?:\{[^}]*\}?)?|\\[^]|\[(?:\\[^]|[^\]\\])*\]?|\{(\d+)(?:,(\d*))?\}|[^]/g;

/**
 * Estimates the size of a pattern's program from its text, because compiling `a{1000}a{1000}…` would take seconds.
 * For an ambiguous text the estimate is too large rather than too small.
 */
export function sizeOfPattern(pattern: string): number {
  const groups = [0];
  let atom = 0;
  for (const [token, min, max] of pattern.matchAll(TOKEN)) {
    const group = groups.length - 1;
    if (min !== undefined) {
      const extra = atom * (Math.max(Number(min), Number(max ?? 0), 1) - 1);
      groups[group]! += extra;
      atom += extra;
    } else if (token === '(') groups.push((atom = 0));
    else if (token === ')' && group > 0) groups[group - 1]! += atom = groups.pop()! + 1;
    else if (!'*+?|'.includes(token)) groups[group]! += atom = weightOf(token);
  }
  const size = groups.reduce((sum, each) => sum + each, 1);
  return /\(\?[a-zA-Z]*i/.test(pattern) ? size * CASE_INSENSITIVE_FACTOR : size;
}

function weightOf(token: string): number {
  if (token === '\\Q') return Infinity;
  return 1 + UNICODE_CLASS_COST * (token.match(/\\[pP]/g)?.length ?? 0);
}

/** Throws an Error whose message, after the schema's name, says what is wrong with the pattern. */
export function compilePattern(pattern: string): Pattern {
  try {
    const expression = RE2JS.compile(RE2JS.translateRegExp(pattern));
    return { size: sizeOfPattern(pattern), test: (text) => expression.test(text) };
  } catch {
    throw new Error(`has the pattern '${pattern.slice(0, 80)}', which is not in RE2 syntax (no look-around, no back-references)`);
  }
}
