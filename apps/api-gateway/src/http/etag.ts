import { createHash } from 'node:crypto';

/** The entity tag of a body (RFC 9110 §8.8.3). */
export const tagOf = (bytes: Uint8Array): string => `"${createHash('sha256').update(bytes).digest('base64url')}"`;

/** Whether `If-None-Match` names the entity tag (RFC 9110 §13.1.2, compared weakly). */
export const matchesEtag = (given: string | undefined, etag: string): boolean =>
  given !== undefined && given.split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, '')));
