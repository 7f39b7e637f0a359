import { randomBytes } from 'node:crypto';

const LENGTH = { min: 3, max: 30 };
const SUFFIX_LENGTH = 5;

/** Names that would pass for the operator's own. */
export const RESERVED_NICKNAMES: ReadonlySet<string> = new Set(
  'admin administrator api billing developer help marketplace moderator nobody official operator platform root security service skep staff support system'.split(
    ' ',
  ),
);

/** A nickname that resembles a name: `Ada Lovelace` becomes `ada-lovelace`. Undefined where too little of it is left. */
export function slugOf(name: string): string | undefined {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LENGTH.max)
    .replace(/^-+|-+$/g, '');
  return slug.length >= LENGTH.min ? slug : undefined;
}

/** The nickname with a random ending, no longer than a nickname may be. */
export const suffixed = (slug: string): string =>
  `${slug.slice(0, LENGTH.max - SUFFIX_LENGTH).replace(/-+$/, '')}-${randomBytes(2).toString('hex')}`;
