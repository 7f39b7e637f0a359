import { isObject } from '@skep/contracts';

/** Merges changes into an object (JSON Merge Patch, RFC 7396): objects are merged, null removes an entry, undefined changes nothing. */
export function merge(target: object, changes: object): Record<string, unknown> {
  const entries = new Map<string, unknown>(Object.entries(target));
  for (const [key, value] of Object.entries(changes) as [string, unknown][]) {
    const before = entries.get(key);
    if (value === null) entries.delete(key);
    else if (isObject(value)) entries.set(key, merge(isObject(before) ? before : {}, value));
    else if (value !== undefined) entries.set(key, value);
  }
  return Object.fromEntries(entries);
}
