import { TooManyRequests, Unauthenticated } from '@skep/contracts';
import { Controller, Get, Headers, type OnModuleDestroy, Query, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GatewayConfig } from '../gateway.config.js';
import { AccessTokens, type AuthenticatedUser } from '../auth/access-tokens.js';
import { assertScope } from '../auth/authenticator.js';
import { bearerOf } from '../auth/credential.js';
import { PublishedKeys } from '../auth/published-keys.js';
import { Revocations } from '../auth/revocations.js';
import { Limits } from '../http/limits.js';
import { FeedReader } from './feed-reader.js';
import { EventStream } from './event-stream.js';

/** `GET /v1/events/stream`: a user's events as they happen. Browsers cannot set headers here and send the token in the query. */
@Controller()
export class StreamController implements OnModuleDestroy {
  private readonly openByUser = new Map<string, number>();
  private readonly streams = new Set<EventStream>();

  constructor(
    private readonly config: GatewayConfig,
    private readonly tokens: AccessTokens,
    private readonly keys: PublishedKeys,
    private readonly revocations: Revocations,
    private readonly feed: FeedReader,
    private readonly limits: Limits,
  ) {}

  /** Closes all streams at shutdown: clients reconnect to another gateway with their Last-Event-ID. */
  onModuleDestroy(): void {
    for (const stream of this.streams) stream.close();
  }

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
    const { user_id, tenant_id, expires_at, session, kid } = await this.authenticate(token).catch(async (error: unknown) => {
      throw await this.limits.countRejectedCredential(error, request, reply);
    });
    request.caller = { ...request.caller, user: user_id, tenant: tenant_id, actor: 'user' };
    await this.limits.countRequest(request, reply, 'stream');
    await this.feed.ensureStarted();
    const openStreams = this.openByUser.get(user_id) ?? 0;
    if (openStreams >= this.config.SKEP_MAX_STREAMS)
      throw TooManyRequests(`You already have ${openStreams} open event streams, which is the maximum. Close one first.`, 30);
    this.openByUser.set(user_id, openStreams + 1);

    const response = reply.hijack().raw;
    response.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    const stream = new EventStream(response, { user: user_id, tenant: tenant_id, expires_at }, this.feed);
    this.streams.add(stream);
    const unsubscribes = [
      this.revocations.onRevoked((revoked) => revoked === session && stream.close()),
      this.keys.onWithdrawn((withdrawn) => withdrawn === kid && stream.close()),
    ];
    response.once('close', () => {
      for (const unsubscribe of unsubscribes) unsubscribe();
      this.streams.delete(stream);
      const left = (this.openByUser.get(user_id) ?? 1) - 1;
      if (left > 0) this.openByUser.set(user_id, left);
      else this.openByUser.delete(user_id);
    });
    await stream.start(headerId ?? queryId).catch(() => stream.close());
  }

  private async authenticate(token: unknown): Promise<AuthenticatedUser> {
    if (typeof token !== 'string' || !token.includes('.')) throw Unauthenticated();
    const user = await this.tokens.verify(token);
    assertScope(user, 'events:subscribe');
    return user;
  }
}
