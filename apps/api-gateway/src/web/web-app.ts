import { NotFound } from '@skep/contracts';
import { Injectable } from '@nestjs/common';
import serveStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The build of apps/web. */
const FILES = fileURLToPath(new URL('../../../../web/dist/static/', import.meta.url));

/** Nothing inline, and nothing of another origin but images and media that an app's panels show. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob: https:",
  "media-src 'self' blob: https:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page of the web app. */
@Injectable()
export class WebApp {
  private readonly html = existsSync(FILES) ? readFileSync(`${FILES}index.html`) : undefined;
  private readonly etag = `"${createHash('sha256')
    .update(this.html ?? '')
    .digest('base64url')}"`;

  sendPage({ headers }: FastifyRequest, reply: FastifyReply): void {
    if (!this.html) throw NotFound('The web app is not built. Run npm run build.');
    void reply.headers({ 'content-security-policy': POLICY, 'cache-control': 'no-cache', etag: this.etag });
    if (headers['if-none-match'] === this.etag) void reply.code(304).send();
    else void reply.type('text/html; charset=utf-8').send(this.html);
  }
}

/** Serves the files of the web app, whose names change with their content, with the compressed copies that the build made. */
export async function serveWebFiles(fastify: FastifyInstance): Promise<void> {
  if (!existsSync(FILES)) return;
  await fastify.register(async (child) => {
    // A page asks for many of them at once.
    child.addHook('onRoute', (route) => void (route.config = { ...route.config, limit: false }));
    await child.register(serveStatic, {
      root: `${FILES}assets/`,
      prefix: '/app/assets/',
      decorateReply: false,
      index: false,
      list: false,
      preCompressed: true,
      immutable: true,
      maxAge: '365d',
    });
  });
}
