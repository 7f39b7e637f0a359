import {
  askStatus,
  Bus,
  connectNats,
  type Declared,
  declarationOf,
  type Env,
  LOG,
  Management,
  Metrics,
  nestLogger,
  Objects,
  openLog,
  openTracer,
  PlatformModule,
  type Readiness,
  readConfig,
  type RunningProcess,
} from '@skep/platform';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { setTimeout as sleep } from 'node:timers/promises';
import { APIS, type Apis } from './api.js';
import { drainMs, GatewayConfig } from './gateway.config.js';
import { KnownPaths } from './http/known-paths.js';
import { Limits } from './http/limits.js';
import { createHttpAdapter, configureServer } from './http/server.js';
import { WebSessions } from './web/web-sessions.js';

/** Issues access tokens and sets their expiry, so readiness compares the gateway's clock with its clock. */
const ISSUER = { name: 'auth-gateway', context: 'auth' };

/** Starts a gateway with these APIs. Resolves when it accepts requests. */
export async function startGateway(service: Declared, apis: Apis, env: Env): Promise<RunningProcess> {
  const { name } = service;
  const config = readConfig(GatewayConfig, env);
  const log = openLog(name, config.LOG_LEVEL);
  const metrics = new Metrics(name);
  const tracer = await openTracer(name, log);
  const bus = new Bus(await connectNats(name, config, log), config.NATS_USER ?? name, { declaration: declarationOf(service), tracer });
  const root = {
    module: class Root {},
    imports: [
      PlatformModule.with([
        [GatewayConfig, config],
        [Bus, bus],
        [Metrics, metrics],
        [LOG, log],
        [APIS, apis],
        [Objects, await Objects.open(config.SKEP_OBJECTS)],
      ]),
      ...service.modules,
    ],
  };
  const adapter = createHttpAdapter(config, apis);
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    logger: nestLogger(log),
    abortOnError: false,
    bodyParser: false,
  });
  const contexts = [...new Set(declarationOf(service).calls.map(({ context }) => context))];
  let accepting = false;
  app.get(KnownPaths).trackRoutes(adapter.getInstance());
  await configureServer(adapter.getInstance(), {
    config,
    apis,
    log,
    limits: app.get(Limits),
    sessions: app.get(WebSessions),
    isDraining: () => !accepting,
    tracer,
  });
  const readiness = async (verbose: boolean): Promise<Readiness> => {
    const state = { ready: accepting && bus.isConnected, parts: { nats: bus.isConnected } };
    if (!verbose) return state;
    const answers = new Map(
      await Promise.all(contexts.map(async (context) => [context, await askStatus(bus.connection, context)] as const)),
    );
    const clockAhead = answers.get(ISSUER.context)?.clock_ahead_ms;
    return {
      ...state,
      services: Object.fromEntries([...answers].map(([context, answer]) => [context, stateOf(answer)])),
      not_configured: config.notConfigured(),
      ...(clockAhead !== undefined && { clock_ahead_ms: { [ISSUER.name]: clockAhead } }),
    };
  };
  const management = await Management.open(config.MANAGEMENT_PORT, config.MANAGEMENT_HOST, metrics, readiness);
  await app.listen(config.PORT, config.HOST);
  accepting = true;
  log.info({ port: config.PORT, management: management.port }, `${name} is ready`);
  const stop = async () => {
    accepting = false;
    // Keeps serving, with `Connection: close`, until load balancers notice that the gateway is not ready.
    await sleep(drainMs(config));
    await app.close();
    await bus.close();
    await tracer?.close();
    await management.close();
  };
  return { stop, managementPort: management.port, drainMs: drainMs(config) };
}

const stateOf = (answer: Awaited<ReturnType<typeof askStatus>>) => (answer ? (answer.ready ? 'ready' : 'not ready') : 'no answer');
