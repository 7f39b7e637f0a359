import { InvalidInput } from '@skep/contracts';
import { Body, Controller, Delete, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LIMITS } from '../http/limit-names.js';
import { Limits } from '../http/limits.js';
import { WebApp } from './web-app.js';
import { WebSessions } from './web-sessions.js';

/** The web app: its page at every path below `/app/`, and the session of its browser. Its other files are static. */
@Controller('/app')
export class WebController {
  constructor(
    private readonly sessions: WebSessions,
    private readonly app: WebApp,
    private readonly limits: Limits,
  ) {}

  /** Puts a session, which any way of signing in started, into cookies. */
  @Post('session')
  @HttpCode(204)
  async startSession(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: { refresh_token?: unknown } = {},
  ): Promise<void> {
    await this.limits.countRequest(request, reply, 'web.session', LIMITS['web.session']);
    if (typeof body.refresh_token !== 'string')
      throw InvalidInput([{ loc: ['body', 'refresh_token'], msg: 'must be a string', type: 'missing' }]);
    await this.sessions.start(request, reply, body.refresh_token);
  }

  @Delete('session')
  @HttpCode(204)
  async endSession(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await this.sessions.end(request, reply);
  }

  @Get()
  root(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    if (request.url.split('?')[0] === '/app') void reply.redirect('/app/', 308);
    else this.app.sendPage(request, reply);
  }

  /** The app reads the rest of the path. Files have paths of their own, so a missing one is not the page. */
  @Get('*')
  @RouteConfig({ limit: false })
  page(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.app.sendPage(request, reply);
  }
}
