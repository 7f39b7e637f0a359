import { NotFound } from '@skep/contracts';
import { Controller, Get, Header, Param, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { readFile } from 'node:fs/promises';
import { routes } from '../routes/index.js';
import { openApi } from '../openapi/document.js';
import { PAGE_POLICY } from './policy.js';

const text = JSON.stringify(openApi(routes));

const PROBLEMS = new URL('../../../../../docs/problems/', import.meta.url);

const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Skep API</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.css"><link rel="icon" href="/docs/assets/favicon-32x32.png"></head>
<body><main id="api"></main><script src="/docs/assets/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body>
</html>`;

const START = `SwaggerUIBundle({ url: '/v1/openapi.json', dom_id: '#api', deepLinking: true, persistAuthorization: false, tryItOutEnabled: true });`;

/** The public contract, and a page to read and try it. */
@Controller()
export class DocsController {
  @Get(['/v1/openapi.json', '/openapi.json'])
  @Header('content-type', 'application/json; charset=utf-8')
  @Header('cache-control', 'public, max-age=300')
  document(): string {
    return text;
  }

  @Get('/docs')
  page(@Res() reply: FastifyReply): void {
    void reply.header('content-security-policy', PAGE_POLICY).type('text/html; charset=utf-8').send(PAGE);
  }

  @Get('/docs/start.js')
  start(@Res() reply: FastifyReply): void {
    void reply.type('text/javascript; charset=utf-8').send(START);
  }

  /** The page that a problem's `type` leads to. */
  @Get('/problems/:code')
  async problem(@Param('code') code: string, @Res() reply: FastifyReply): Promise<void> {
    if (!/^[a-z_]{1,64}$/.test(code)) throw NotFound();
    const page = await readFile(new URL(`${code}.md`, PROBLEMS), 'utf8').catch(() => undefined);
    if (page === undefined) throw NotFound('There is no such problem.');
    void reply.type('text/markdown; charset=utf-8').send(page);
  }

  /** Not limited: a load balancer that is refused would take a healthy gateway out. */
  @Get('/healthz')
  @RouteConfig({ limit: false })
  health(): { status: string } {
    return { status: 'ok' };
  }
}
