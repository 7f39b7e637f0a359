import { TooManyRequests, Unauthenticated } from '@skep/contracts';
import { Controller, Get, Headers, type OnModuleDestroy, Query, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GatewayConfig } from '../gateway.config.js';
import { AccessTokens, type SignedIn } from '../auth/access-tokens.js';
import { requireScope } from '../auth/authenticator.js';
import { PublishedKeys } from '../auth/published-keys.js';
import { Revocations } from '../auth/revocations.js';
import { Limits } from '../http/limits.js';
import { FeedReader } from './feed-reader.js';
import { EventStream } from './stream.js';

/** `GET /v1/events/stream`: a person's events as they happen. Browsers, which cannot set headers here, put the token in the query. */
@Controller()
export class StreamController implements OnModuleDestroy {
  private readonly open = new Map<string, number>();
  private readonly streams = new Set<EventStream>();

  constructor(
    private readonly config: GatewayConfig,
    private readonly tokens: AccessTokens,
    private readonly keys: PublishedKeys,
    private readonly revocations: Revocations,
    private readonly feed: FeedReader,
    private readonly limits: Limits,
  ) {}

  /** The last word of a gateway that stops: clients come back to another one with their Last-Event-ID. */
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
    const token = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? queryToken;
    const { user_id, tenant_id, expires_at, session, kid } = await this.admit(token).catch(async (error: unknown) => {
      throw await this.limits.countRefusal(error, request, reply);
    });
    request.caller = { ...request.caller, user: user_id, tenant: tenant_id, actor: 'user' };
    await this.limits.count(request, reply, 'stream');
    await this.feed.mustBeReading();
    const mine = this.open.get(user_id) ?? 0;
    if (mine >= this.config.SKEP_MAX_STREAMS) throw TooManyRequests(`You hold ${mine} streams open already.`, 30);
    this.open.set(user_id, mine + 1);

    const response = reply.hijack().raw;
    response.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    const stream = new EventStream(response, { user: user_id, tenant: tenant_id, expires_at }, this.feed);
    this.streams.add(stream);
    const unlisten = [
      this.revocations.onRevoked((ended) => ended === session && stream.close()),
      this.keys.onWithdrawn((withdrawn) => withdrawn === kid && stream.close()),
    ];
    response.once('close', () => {
      for (const stop of unlisten) stop();
      this.streams.delete(stream);
      const left = (this.open.get(user_id) ?? 1) - 1;
      if (left > 0) this.open.set(user_id, left);
      else this.open.delete(user_id);
    });
    await stream.begin(headerId ?? queryId).catch(() => stream.close());
  }

  private async admit(token: unknown): Promise<SignedIn> {
    if (typeof token !== 'string' || !token.includes('.')) throw Unauthenticated();
    const person = await this.tokens.verify(token);
    requireScope(person, 'events:subscribe');
    return person;
  }
}
