import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Route } from '../route.js';
import { matchesEtag, tagOf } from './etag.js';

/** For content from users: opened as a page, it runs no script, loads nothing and has an opaque origin. Its own styles apply. */
export const SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/** Sends the bytes of a raw output with an `ETag`, or 304 when `If-None-Match` names it. */
export async function sendRaw(request: FastifyRequest, reply: FastifyReply, route: Route, mediaType: string, bytes: Uint8Array) {
  const etag = tagOf(bytes);
  void reply.headers({ 'content-security-policy': SANDBOX, etag, ...(route.publicSeconds && cacheHeaders(route.publicSeconds)) });
  if (matchesEtag(request.headers['if-none-match'], etag)) return reply.code(304).send();
  return reply.code(route.status).header('content-type', `${mediaType}; charset=utf-8`).send(bytes);
}

/** Allows caches to store the response, and other origins to embed it. */
const cacheHeaders = (seconds: number) => ({
  'cache-control': `public, max-age=${seconds}`,
  'cross-origin-resource-policy': 'cross-origin',
});
