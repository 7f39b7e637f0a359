import { NotFound } from '@skep/contracts';
import { IR_DOCUMENT, MANIFEST_DOCUMENT } from '@skep/contracts/authoring';
import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Marked } from 'marked';
import { readFile } from 'node:fs/promises';
import { agent } from '../apis/agent/index.js';
import { cloud } from '../apis/cloud/index.js';
import { coachApi } from '../apis/coach/index.js';
import { everything } from '../openapi/everything.js';
import { publishedServices } from '../openapi/published-services.js';
import { openApi, VERSION } from '../openapi/document.js';
import { CompressedJson } from './compressed-json.js';
import { CONTRAST_CSS, DOCS_SCRIPT, docsPage } from './docs-page.js';
import { escapeHtml, renderPage, prefersPage, sendPage } from './page.js';

const contract = new CompressedJson(() => openApi(cloud));
const agents = new CompressedJson(() => openApi(agent));
const coaching = new CompressedJson(() => openApi(coachApi));
const all = new CompressedJson(() => openApi(everything));
const published = new Map(Object.entries(publishedServices).map(([file, part]) => [file, new CompressedJson(() => openApi(part))]));

const SCHEMA_TYPE = 'application/schema+json';
const irSchema = new CompressedJson(() => IR_DOCUMENT, SCHEMA_TYPE);
const manifestSchema = new CompressedJson(() => MANIFEST_DOCUMENT, SCHEMA_TYPE);

const DOCS = new URL('../../../../../docs/', import.meta.url);

/** Markdown whose headings have the anchors that they have in a repository. */
const markdown = new Marked({
  renderer: {
    heading({ tokens, text, depth }) {
      const anchor = text
        .toLowerCase()
        .replace(/[^\w -]/g, '')
        .replaceAll(' ', '-');
      return `<h${depth} id="${anchor}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
    },
    link({ href, tokens }) {
      return `<a href="${escapeHtml(href.replace(/^([\w-]+)\.md/, '$1'))}">${this.parser.parseInline(tokens)}</a>`;
    },
  },
});

/** The OpenAPI document, a page to read and try it, the schemas of apps, pages for their authors and about problems, and the health check. */
@Controller()
export class DocsController {
  @Get('/v1/openapi.json')
  document(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    contract.send(request, reply);
  }

  @Get('/api/openapi.json')
  agents(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    agents.send(request, reply);
  }

  @Get('/openapi/coach.json')
  coach(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    coaching.send(request, reply);
  }

  @Get('/openapi.json')
  everything(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    all.send(request, reply);
  }

  /** The parts of the documents that clients of each published service download. */
  @Get('/openapi/:service')
  published(@Param('service') service: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const found = published.get(service);
    if (!found) throw NotFound();
    found.send(request, reply);
  }

  @Get('/v1/ir-schema.json')
  irSchema(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    irSchema.send(request, reply);
  }

  @Get('/v1/manifest-schema.json')
  manifestSchema(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    manifestSchema.send(request, reply);
  }

  @Get('/docs')
  page(@Res() reply: FastifyReply): void {
    sendPage(reply, docsPage('Skep API', '/v1/openapi.json'));
  }

  /** Where clients of the published coach API look for it. */
  @Get('/redoc')
  coachPage(@Res() reply: FastifyReply): void {
    sendPage(reply, docsPage('Skep, the coach', '/openapi/coach.json'));
  }

  @Get('/docs/start.js')
  start(@Res() reply: FastifyReply): void {
    void reply.type('text/javascript; charset=utf-8').send(DOCS_SCRIPT);
  }

  @Get('/docs/colours.css')
  colours(@Res() reply: FastifyReply): void {
    void reply.type('text/css; charset=utf-8').send(CONTRAST_CSS);
  }

  /** The page at a problem's `type`. */
  @Get('/problems/:code')
  problem(@Param('code') code: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return sendMarkdown(`problems/${code}`, `No problem has the code ${code}.`, request, reply);
  }

  /** A page for authors of apps, such as the one that `docs_url` of a fault names. */
  @Get('/docs/apps/:page')
  authors(@Param('page') page: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return sendMarkdown(`apps/${page}`, 'Not found.', request, reply);
  }

  /** Not limited: a load balancer takes a gateway that answers 429 out of service. */
  @Get(['/healthz', '/health', '/v1/health'])
  @RouteConfig({ limit: false })
  health(): { status: string } {
    return { status: 'ok' };
  }

  @Get('/api/health')
  @RouteConfig({ limit: 'anonymous' })
  agentHealth(): { status: string; version: string } {
    return { status: 'healthy', version: VERSION };
  }
}

/** Sends a file of `docs` as it is, or to browsers as a page. @throws NotFound */
async function sendMarkdown(name: string, missing: string, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (!/^[a-z]+\/[a-z_-]{1,64}$/.test(name)) throw NotFound();
  const text = await readFile(new URL(`${name}.md`, DOCS), 'utf8').catch(() => undefined);
  if (text === undefined) throw NotFound(missing);
  void reply.header('vary', 'accept');
  if (!prefersPage(request, 'text/markdown')) return void reply.type('text/markdown; charset=utf-8').send(text);
  const [heading = '', ...rest] = text.replace(/^# /, '').split('\n');
  sendPage(reply, renderPage(heading.replaceAll('`', ''), await markdown.parse(rest.join('\n')), await markdown.parseInline(heading)));
}
