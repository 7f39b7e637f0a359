import { createHash } from 'node:crypto';

/** The same id, in the form of a UUID, for the same key. */
export const idOfKey = (key: string): string =>
  createHash('sha256')
    .update(key)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
