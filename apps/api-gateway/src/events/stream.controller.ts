import { Unauthenticated } from '@skep/contracts';
import { Controller, Get, Headers, Query, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AccessTokens, type AuthenticatedUser } from '../auth/access-tokens.js';
import { assertScope } from '../auth/authenticator.js';
import { bearerOf } from '../auth/credential.js';
import { Limits } from '../http/limits.js';
import { OpenStreams } from '../streams/open-streams.js';
import { FeedReader } from './feed-reader.js';
import { EventStream } from './event-stream.js';

/** `GET /v1/events/stream`: a user's events as they happen. Browsers cannot set headers here and send the token in the query. */
@Controller()
export class StreamController {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly feed: FeedReader,
    private readonly limits: Limits,
    private readonly streams: OpenStreams,
  ) {}

  @Get('/v1/events/stream')
  @RouteConfig({ limit: false })
  async stream(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Headers('last-event-id') headerId?: string,
    @Query('last_event_id') queryId?: string,
    @Query('token') queryToken?: string,
  ): Promise<void> {
    const token = bearerOf(request.headers) ?? queryToken;
    const { user_id, tenant_id, session } = await this.authenticate(token).catch(async (error: unknown) => {
      throw await this.limits.countRejectedCredential(error, request, reply);
    });
    request.caller = { ...request.caller, user: user_id, tenant: tenant_id, actor: 'user' };
    await this.limits.countRequest(request, reply, 'stream');
    await this.feed.ensureStarted();
    const stream = this.streams.open(reply, { user: user_id, session, verify: () => this.authenticate(token) });
    const events = new EventStream(stream, { user: user_id, tenant: tenant_id }, this.feed);
    await events.start(headerId ?? queryId).catch(() => stream.close());
  }

  private async authenticate(token: unknown): Promise<AuthenticatedUser> {
    if (typeof token !== 'string' || !token.includes('.')) throw Unauthenticated();
    const user = await this.tokens.verify(token);
    assertScope(user, 'events:subscribe');
    return user;
  }
}
