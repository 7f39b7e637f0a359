import type { FastifyRequest, RequestPayload } from 'fastify';
import { createHash, type Hash } from 'node:crypto';
import { pipeline, Transform } from 'node:stream';

/** A hook before a body is parsed, which hashes its bytes as they pass. */
export function hashBody(request: FastifyRequest, _reply: unknown, payload: RequestPayload): Promise<RequestPayload> {
  const hash = (request.bodyHash = createHash('sha256'));
  const passing = new Transform({ transform: (chunk: Buffer, _, done) => (hash.update(chunk), done(null, chunk)) });
  // The parser learns of an error from the stream that it reads.
  pipeline(payload, passing, () => undefined);
  return Promise.resolve(passing);
}

/** SHA-256 of the bytes of a body, hex; that of no bytes without a body. */
export const bodyHashOf = ({ bodyHash = createHash('sha256') }: FastifyRequest): string => bodyHash.copy().digest('hex');

declare module 'fastify' {
  interface FastifyRequest {
    bodyHash?: Hash;
  }
}
