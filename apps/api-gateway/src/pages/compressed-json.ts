import { negotiate } from '@fastify/accept-negotiator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { brotliCompressSync, gzipSync } from 'node:zlib';

/** A constant JSON document: compressed once, and sent with an `ETag`. */
export class CompressedJson {
  private readonly byEncoding: Record<string, Buffer>;
  private readonly etag: string;

  constructor(text: string) {
    const plain = Buffer.from(text);
    this.byEncoding = { br: brotliCompressSync(plain), gzip: gzipSync(plain), identity: plain };
    this.etag = createHash('sha256').update(plain).digest('base64url');
  }

  send({ headers }: FastifyRequest, reply: FastifyReply): void {
    const encoding = negotiate(headers['accept-encoding'] ?? 'identity', Object.keys(this.byEncoding)) ?? 'identity';
    // Each encoding needs its own entity tag.
    const etag = `"${this.etag}-${encoding}"`;
    void reply.headers({ etag, vary: 'accept-encoding', 'cache-control': 'public, max-age=300' });
    const etags = headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
    if (etags?.some((tag) => tag === etag || tag === '*')) return void reply.code(304).send();
    if (encoding !== 'identity') void reply.header('content-encoding', encoding);
    void reply.type('application/json; charset=utf-8').send(this.byEncoding[encoding]);
  }
}
