import { negotiate } from '@fastify/accept-negotiator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { brotliCompressSync, gzipSync } from 'node:zlib';

/** JSON that never changes while the process runs: compressed once, and sent only to those who do not have it yet. */
export class ContractFile {
  private readonly forms: Record<string, Buffer>;
  private readonly etag: string;

  constructor(text: string) {
    const plain = Buffer.from(text);
    this.forms = { br: brotliCompressSync(plain), gzip: gzipSync(plain), identity: plain };
    this.etag = createHash('sha256').update(plain).digest('base64url');
  }

  send({ headers }: FastifyRequest, reply: FastifyReply): void {
    const encoding = negotiate(headers['accept-encoding'] ?? 'identity', Object.keys(this.forms)) ?? 'identity';
    // Each form is other bytes, so each has a tag of its own.
    const etag = `"${this.etag}-${encoding}"`;
    void reply.headers({ etag, vary: 'accept-encoding', 'cache-control': 'public, max-age=300' });
    const known = headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
    if (known?.some((tag) => tag === etag || tag === '*')) return void reply.code(304).send();
    if (encoding !== 'identity') void reply.header('content-encoding', encoding);
    void reply.type('application/json; charset=utf-8').send(this.forms[encoding]);
  }
}
