import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const TOKEN = /^node_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})_[\w-]{43}$/;

/** A new token of a node. It names the node, so that one row is compared with it. */
export const createNodeToken = (node_id: string): string => `node_${node_id.replaceAll('-', '')}_${randomBytes(32).toString('base64url')}`;

/** The node that a token names; undefined if it is none. */
export function nodeOfToken(token: string): string | undefined {
  const parts = TOKEN.exec(token);
  return parts ? parts.slice(1).join('-') : undefined;
}

export const hashOfToken = (token: string): string => createHash('sha256').update(token).digest('hex');

export function isTokenOf(hashes: readonly string[], token: string): boolean {
  const hash = Buffer.from(hashOfToken(token));
  return hashes.some((known) => timingSafeEqual(Buffer.from(known), hash));
}
