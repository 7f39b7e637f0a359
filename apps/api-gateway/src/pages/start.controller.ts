import { Controller, Get, Header, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { cloud } from '../apis/cloud/index.js';
import { VERSION } from '../openapi/document.js';
import { prefersPage } from './page.js';

const { title: name, summary: description } = cloud.info;
const START_JSON = {
  name,
  version: VERSION,
  description,
  app_url: '/app/',
  docs_url: '/docs',
  openapi_url: '/v1/openapi.json',
  health_url: '/healthz',
};

/** The favicon: a beehive. */
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#c98a12" d="M16 3c6 0 9 6 10 12 1 5 2 10 2 13H4c0-3 1-8 2-13C7 9 10 3 16 3z"/>
<path fill="none" stroke="#7a4f00" stroke-width="2" d="M9 10h14M7 16h18M5 22h22"/><path fill="#3b2600" d="M16 22c2 0 3 2 3 6h-6c0-4 1-6 3-6z"/></svg>`;

/** `/`: leads browsers to the web app, and answers name, version and links of this installation to others. */
@Controller()
export class StartController {
  @Get('/')
  start(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    void reply.header('vary', 'accept');
    if (prefersPage(request, 'application/json')) void reply.redirect('/app/', 302);
    else void reply.send(START_JSON);
  }

  @Get(['/favicon.svg', '/favicon.ico'])
  @Header('content-type', 'image/svg+xml')
  @Header('cache-control', 'public, max-age=86400')
  icon(): string {
    return ICON;
  }
}
