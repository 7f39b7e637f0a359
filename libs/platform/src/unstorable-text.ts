import type { Fault } from '@skep/contracts';
import { findFault } from './find-fault.js';

const SUSPECT = /\\u(0000|d[89a-f])/i;

/**
 * Finds text that Postgres cannot store: NUL, or half of a surrogate pair. JSON can only contain these as escapes, so a regular
 * expression on the raw text rules out nearly every input.
 */
export function findUnstorableText(raw: string, json: unknown): Fault | undefined {
  if (!SUSPECT.test(raw)) return undefined;
  return findFault(json, (value) => {
    if (typeof value !== 'string') return undefined;
    if (value.includes('\0')) return { msg: 'NUL characters cannot be stored', type: 'string_nul' };
    return value.isWellFormed() ? undefined : { msg: 'The text is not valid Unicode', type: 'string_unicode' };
  });
}
