import { auth } from '@skep/contracts/auth';
import { channels } from '@skep/contracts/channels';
import { gateway } from '@skep/contracts/gateway';
import { kernel } from '@skep/contracts/kernel';
import { registry } from '@skep/contracts/registry';
import { Aggregate, Bus, LOG, type Log, Objects, RunLog } from '@skep/platform';
import { Inject, type OnModuleInit } from '@nestjs/common';
import { APP_FILTER, HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { APIS, type Apis } from './api.js';
import { apis } from './apis/index.js';
import { CardsController } from './apis/mcp/cards.controller.js';
import { McpDoor } from './apis/mcp/mcp-door.js';
import { Tools } from './apis/mcp/tools.js';
import { FeedReader } from './events/feed-reader.js';
import { StreamController } from './events/stream.controller.js';
import { FileTransfer } from './files/file-transfer.js';
import { BrowserCookie } from './http/browser-cookie.js';
import { RouteForwarder } from './http/route-forwarder.js';
import { KnownPaths } from './http/known-paths.js';
import { Limits } from './http/limits.js';
import { ProblemFilter } from './http/problems.js';
import { RateLimiter } from './http/rate-limiter.js';
import { ServiceStates } from './http/service-states.js';
import { SharedCounts } from './http/shared-counts.js';
import { ConfirmLinkController } from './pages/confirm-link.controller.js';
import { DeviceController } from './pages/device.controller.js';
import { DocsController } from './pages/docs.controller.js';
import { StartController } from './pages/start.controller.js';
import { WidgetController } from './pages/widget.controller.js';
import { ResetPasswordController } from './pages/reset-password.controller.js';
import { AccessTokens } from './auth/access-tokens.js';
import { ApiKeys } from './auth/api-keys.js';
import { Attestation } from './auth/attestation.js';
import { Authenticator } from './auth/authenticator.js';
import { ExtensionTokens } from './auth/extension-tokens.js';
import { FirebaseTokens } from './auth/firebase-tokens.js';
import { PublishedKeys } from './auth/published-keys.js';
import { Revocations } from './auth/revocations.js';
import { ServiceTokens } from './auth/service-tokens.js';
import { GatewayConfig, isSecure } from './gateway.config.js';
import { OpenSockets } from './sockets/open-sockets.js';
import { Activities } from './streams/activities.js';
import { OpenStreams } from './streams/open-streams.js';
import { RunStreams } from './streams/run-streams.js';
import { SessionCookies } from './web/session-cookies.js';
import { WebApp } from './web/web-app.js';
import { WebController } from './web/web.controller.js';
import { WebSessions } from './web/web-sessions.js';
import { calledBy } from './called-by.js';

@Aggregate({
  handlers: [
    CardsController,
    StartController,
    StreamController,
    DocsController,
    ConfirmLinkController,
    ResetPasswordController,
    DeviceController,
    WebController,
    WidgetController,
  ],
  providers: [
    RouteForwarder,
    RateLimiter,
    ServiceStates,
    SharedCounts,
    Limits,
    KnownPaths,
    Attestation,
    Authenticator,
    AccessTokens,
    ApiKeys,
    ExtensionTokens,
    FirebaseTokens,
    {
      provide: ServiceTokens,
      inject: [GatewayConfig],
      useFactory: ({ SKEP_SERVICE_TOKEN }: GatewayConfig) => new ServiceTokens(SKEP_SERVICE_TOKEN),
    },
    { provide: BrowserCookie, inject: [GatewayConfig], useFactory: (config: GatewayConfig) => new BrowserCookie(isSecure(config)) },
    { provide: SessionCookies, inject: [GatewayConfig], useFactory: (config: GatewayConfig) => new SessionCookies(isSecure(config)) },
    WebSessions,
    WebApp,
    PublishedKeys,
    Revocations,
    FeedReader,
    {
      provide: OpenStreams,
      inject: [GatewayConfig, Revocations, PublishedKeys],
      useFactory: ({ SKEP_MAX_STREAMS }: GatewayConfig, revocations: Revocations, keys: PublishedKeys) =>
        new OpenStreams(SKEP_MAX_STREAMS, revocations, keys),
    },
    Activities,
    RunStreams,
    {
      provide: OpenSockets,
      inject: [GatewayConfig, APIS, Bus, Activities, Revocations, PublishedKeys, LOG],
      useFactory: (config: GatewayConfig, all: Apis, ...others: [Bus, Activities, Revocations, PublishedKeys, Log]) =>
        new OpenSockets(
          {
            perUser: config.SKEP_MAX_SOCKETS,
            total: config.SKEP_MAX_SOCKETS_TOTAL,
            beatMs: config.SKEP_SOCKET_PING_MS,
            origins: [new URL(config.SKEP_PUBLIC_URL).origin, ...config.SKEP_CORS_ORIGINS],
            hasRoutes: all.some(({ routes }) => routes.some(({ exchange }) => exchange.name === 'socket')),
          },
          ...others,
        ),
    },
    McpDoor,
    Tools,
    { provide: RunLog, inject: [Bus, LOG], useFactory: (bus: Bus, log: Log) => new RunLog(bus.connection, log) },
    {
      provide: FileTransfer,
      inject: [Objects, GatewayConfig],
      useFactory: (objects: Objects, { SKEP_FILE_MAX_BYTES }: GatewayConfig) => new FileTransfer(objects, SKEP_FILE_MAX_BYTES),
    },
    { provide: APP_FILTER, useClass: ProblemFilter },
  ],
  calls: [
    ...apis.flatMap(({ routes }) => routes.flatMap(calledBy)),
    ...[
      auth.getJwks,
      auth.verifyApiKey,
      auth.verifyExtensionToken,
      auth.identifyFirebase,
      auth.describeUser,
      auth.listRevokedSessions,
      auth.decideDevice,
      auth.describeDevice,
      auth.refresh,
      auth.logout,
    ],
    ...[kernel.callForMcpClient, kernel.getMcpServer, kernel.readFeed, kernel.requestMcpServer],
    registry.getMyExtension,
  ],
  listens: [
    auth.sessionRevoked,
    auth.apiKeyRevoked,
    auth.signingKeysChanged,
    kernel.feedAdvanced,
    channels.channelActivity,
    ...Object.values(gateway),
  ],
  broadcasts: Object.values(gateway),
})
export class GatewayModule implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost<FastifyAdapter>,
    private readonly forwarder: RouteForwarder,
    private readonly mcp: McpDoor,
    @Inject(APIS) private readonly apis: Apis,
  ) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance();
    for (const api of this.apis) this.forwarder.register(fastify, api);
    this.mcp.register(fastify);
  }
}
