import { negotiate } from '@fastify/accept-negotiator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** A tenth larger than the best, and a hundred times faster. */
const BROTLI_QUALITY = 6;

interface Compressed {
  byEncoding: Record<string, Buffer>;
  etag: string;
}

/** A constant JSON document: written and compressed with the first request, and sent with an `ETag`. */
export class CompressedJson {
  private written: Compressed | undefined;

  constructor(
    private readonly write: () => object,
    private readonly mediaType = 'application/json',
  ) {}

  send({ headers }: FastifyRequest, reply: FastifyReply): void {
    const document = (this.written ??= compress(JSON.stringify(this.write())));
    const encoding = negotiate(headers['accept-encoding'] ?? 'identity', Object.keys(document.byEncoding)) ?? 'identity';
    // Each encoding needs its own entity tag.
    const etag = `"${document.etag}-${encoding}"`;
    void reply.headers({ etag, vary: 'accept-encoding', 'cache-control': 'public, max-age=300' });
    const etags = headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
    if (etags?.some((tag) => tag === etag || tag === '*')) return void reply.code(304).send();
    if (encoding !== 'identity') void reply.header('content-encoding', encoding);
    void reply.type(`${this.mediaType}; charset=utf-8`).send(document.byEncoding[encoding]);
  }
}

function compress(text: string): Compressed {
  const identity = Buffer.from(text);
  const br = brotliCompressSync(identity, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } });
  return { byEncoding: { br, gzip: gzipSync(identity), identity }, etag: createHash('sha256').update(identity).digest('base64url') };
}
