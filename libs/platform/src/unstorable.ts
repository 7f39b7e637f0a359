import type { Fault } from '@skep/contracts';

const SUSPECT = /\\u(0000|d[89a-f])/i;

/**
 * Finds text that Postgres cannot keep: NUL, or half of a surrogate pair. JSON can only write these as escapes, so a look
 * at the raw text tells at once that nearly every input is free of them.
 */
export function unstorable(raw: string, json: unknown): Fault | undefined {
  return SUSPECT.test(raw) ? find(json, []) : undefined;
}

function find(value: unknown, loc: (string | number)[]): Fault | undefined {
  if (typeof value === 'string') {
    if (value.includes('\0')) return { loc, msg: 'NUL characters cannot be stored', type: 'string_nul' };
    if (!value.isWellFormed()) return { loc, msg: 'The text is not valid Unicode', type: 'string_unicode' };
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const at = [...loc, Array.isArray(value) ? Number(key) : key];
    const fault = find(key, loc) ?? find(item, at);
    if (fault) return fault;
  }
  return undefined;
}
