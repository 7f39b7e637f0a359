import { randomBytes } from 'node:crypto';

const LENGTH = { min: 3, max: 30 };
const SUFFIX_LENGTH = 5;

/** Nicknames that could be mistaken for the operator. */
export const RESERVED_NICKNAMES: ReadonlySet<string> = new Set(
  'admin administrator api billing developer help marketplace moderator nobody official operator platform root security service skep staff support system'.split(
    ' ',
  ),
);

/** Derives a nickname from a name: `Ada Lovelace` becomes `ada-lovelace`. Undefined if fewer than 3 characters remain. */
export function toNickname(name: string): string | undefined {
  const nickname = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LENGTH.max)
    .replace(/^-+|-+$/g, '');
  return nickname.length >= LENGTH.min ? nickname : undefined;
}

/** Adds a random suffix of four hex digits, and shortens the nickname to the maximum length. */
export const addRandomSuffix = (nickname: string): string =>
  `${nickname.slice(0, LENGTH.max - SUFFIX_LENGTH).replace(/-+$/, '')}-${randomBytes(2).toString('hex')}`;
