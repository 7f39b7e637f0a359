import { RE2JS } from 're2js';

/** A `pattern` of a stranger's schema. It runs on RE2: in linear time, without look-around and back-references. */
export interface Pattern {
  /** How large its program is, about: one instruction an atom, with counted repetitions written out. */
  size: number;
  test(text: string): boolean;
}

/** What a Unicode class costs to compile, in atoms. */
const UNICODE_CLASS = 64;
/** How much more an atom costs to compile where upper and lower case are the same. */
const FOLDED = 16;
const TOKEN = /\\[pP](?:\{[^}]*\}?)?|\\[^]|\[(?:\\[^]|[^\]\\])*\]?|\{(\d+)(?:,(\d*))?\}|[^]/g;

/**
 * The size of a pattern's program, told by its text: compiling `a{1000}a{1000}…` to find out would take seconds.
 * Where the text is not clear, the size is rather too large.
 */
export function sizeOfPattern(pattern: string): number {
  const groups = [0];
  let atom = 0;
  for (const [token, least, most] of pattern.matchAll(TOKEN)) {
    const group = groups.length - 1;
    if (least !== undefined) {
      const extra = atom * (Math.max(Number(least), Number(most ?? 0), 1) - 1);
      groups[group]! += extra;
      atom += extra;
    } else if (token === '(') groups.push((atom = 0));
    else if (token === ')' && group > 0) groups[group - 1]! += atom = groups.pop()! + 1;
    else if (!'*+?|'.includes(token)) groups[group]! += atom = weightOf(token);
  }
  const size = groups.reduce((sum, each) => sum + each, 1);
  return /\(\?[a-zA-Z]*i/.test(pattern) ? size * FOLDED : size;
}

function weightOf(token: string): number {
  if (token === '\\Q') return Infinity;
  return 1 + UNICODE_CLASS * (token.match(/\\[pP]/g)?.length ?? 0);
}

/** Throws an Error that says what is wrong with the pattern. */
export function compilePattern(pattern: string): Pattern {
  try {
    const expression = RE2JS.compile(RE2JS.translateRegExp(pattern));
    return { size: sizeOfPattern(pattern), test: (text) => expression.test(text) };
  } catch {
    throw new Error(`has the pattern '${pattern.slice(0, 80)}', which is not in RE2 syntax (no look-around, no back-references)`);
  }
}
