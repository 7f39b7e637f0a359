import { auth } from '@skep/contracts/auth';
import { gateway } from '@skep/contracts/gateway';
import { kernel } from '@skep/contracts/kernel';
import { Aggregate, Bus, LOG, type Log, Objects, RunLog } from '@skep/platform';
import { Inject, type OnModuleInit } from '@nestjs/common';
import { APP_FILTER, HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { APIS, type Apis } from './api.js';
import { apis } from './apis/index.js';
import { FeedReader } from './events/feed-reader.js';
import { StreamController } from './events/stream.controller.js';
import { FileTransfer } from './files/file-transfer.js';
import { RouteForwarder } from './http/route-forwarder.js';
import { KnownPaths } from './http/known-paths.js';
import { Limits } from './http/limits.js';
import { ProblemFilter } from './http/problems.js';
import { RateLimiter } from './http/rate-limiter.js';
import { SharedCounts } from './http/shared-counts.js';
import { ConfirmLinkController } from './pages/confirm-link.controller.js';
import { DeviceController } from './pages/device.controller.js';
import { DocsController } from './pages/docs.controller.js';
import { StartController } from './pages/start.controller.js';
import { ResetPasswordController } from './pages/reset-password.controller.js';
import { AccessTokens } from './auth/access-tokens.js';
import { ApiKeys } from './auth/api-keys.js';
import { Authenticator } from './auth/authenticator.js';
import { ExtensionTokens } from './auth/extension-tokens.js';
import { PublishedKeys } from './auth/published-keys.js';
import { Revocations } from './auth/revocations.js';
import { ServiceTokens } from './auth/service-tokens.js';
import { GatewayConfig } from './gateway.config.js';
import { OpenStreams } from './streams/open-streams.js';
import { RunStreams } from './streams/run-streams.js';
import { calledBy } from './called-by.js';

@Aggregate({
  handlers: [StartController, StreamController, DocsController, ConfirmLinkController, ResetPasswordController, DeviceController],
  providers: [
    RouteForwarder,
    RateLimiter,
    SharedCounts,
    Limits,
    KnownPaths,
    Authenticator,
    AccessTokens,
    ApiKeys,
    ExtensionTokens,
    {
      provide: ServiceTokens,
      inject: [GatewayConfig],
      useFactory: ({ SKEP_SERVICE_TOKEN }: GatewayConfig) => new ServiceTokens(SKEP_SERVICE_TOKEN),
    },
    PublishedKeys,
    Revocations,
    FeedReader,
    {
      provide: OpenStreams,
      inject: [GatewayConfig, Revocations, PublishedKeys],
      useFactory: ({ SKEP_MAX_STREAMS }: GatewayConfig, revocations: Revocations, keys: PublishedKeys) =>
        new OpenStreams(SKEP_MAX_STREAMS, revocations, keys),
    },
    RunStreams,
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
      auth.describeUser,
      auth.listRevokedSessions,
      auth.decideDevice,
      auth.describeDevice,
    ],
    kernel.readFeed,
  ],
  listens: [auth.sessionRevoked, auth.apiKeyRevoked, auth.signingKeysChanged, kernel.feedAdvanced, ...Object.values(gateway)],
  broadcasts: Object.values(gateway),
})
export class GatewayModule implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost<FastifyAdapter>,
    private readonly forwarder: RouteForwarder,
    @Inject(APIS) private readonly apis: Apis,
  ) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance();
    for (const api of this.apis) this.forwarder.register(fastify, api);
  }
}
