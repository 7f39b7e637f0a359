import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Route } from '../routes/define.js';

/** For what people wrote. Opened as a page, it runs nothing, loads nothing and is of no origin; its own style attributes count. */
const SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/** Sends a text as it came; 304 where the caller has it already. */
export async function sendRaw(request: FastifyRequest, reply: FastifyReply, route: Route, mediaType: string, bytes: Uint8Array) {
  const etag = `"${createHash('sha256').update(bytes).digest('base64url')}"`;
  void reply.headers({ 'content-security-policy': SANDBOX, etag, ...(route.publicSeconds && publicFor(route.publicSeconds)) });
  if (isKnown(request.headers['if-none-match'], etag)) return reply.code(304).send();
  return reply.code(route.status).header('content-type', `${mediaType}; charset=utf-8`).send(bytes);
}

/** Caches may keep it, and pages elsewhere may embed it. */
const publicFor = (seconds: number) => ({
  'cache-control': `public, max-age=${seconds}`,
  'cross-origin-resource-policy': 'cross-origin',
});

/** Whether `If-None-Match` names the entity tag (RFC 9110 §13.1.2, compared weakly). */
const isKnown = (given: string | undefined, etag: string) =>
  given !== undefined && given.split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, '')));
