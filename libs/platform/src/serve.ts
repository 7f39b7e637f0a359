import type { Contract, Type } from '@skep/contracts';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { throwError } from 'rxjs';
import { Bus } from './bus.js';
import { type Env, readConfig, type ServiceConfig } from './config.js';
import { Database } from './database.js';
import { nestLogger, openLog } from './log.js';
import { Management, type Readiness } from './management.js';
import { Metrics } from './metrics.js';
import { connectNats } from './nats.js';
import { NatsStrategy } from './nats.strategy.js';
import { openDatabase, type Tables } from './open-database.js';
import { Outbox } from './outbox.js';
import { PlatformModule } from './platform.module.js';
import { LOG, type RunningProcess } from './run-process.js';
import { answerStatus } from './status.js';

/** A service: who answers a contract, with which tables. */
export interface Service extends Tables {
  /** The directory's name, also the NATS queue group. */
  name: string;
  contract: Contract;
  config: Type<ServiceConfig>;
  module: Type;
}

/** Lets an error pass as it is, so that the strategy sees it. */
@Catch()
class PassOn implements ExceptionFilter {
  catch(error: unknown, _: ArgumentsHost) {
    return throwError(() => error);
  }
}

/** Starts a service and resolves once it answers. @throws ConfigError; Error naming operations without a handler. */
export async function serve(service: Service, env: Env): Promise<RunningProcess> {
  const config = readConfig(service.config, env);
  const log = openLog(service.name, config.LOG_LEVEL);
  const metrics = new Metrics(service.name);
  const opened: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const close of opened.reverse()) await close();
  };
  try {
    const connection = await connectNats(service.name, config, log);
    const bus = new Bus(connection, config.NATS_USER ?? service.name);
    opened.push(() => bus.close());
    // A connection of their own: a JetStream that does not take what is published must not hold up requests.
    const events = await connectNats(service.name, config, log);
    opened.push(() => events.close());
    const db = await openDatabase(service, config, log);
    opened.push(() => db.source.destroy());
    const outbox = new Outbox(db, events, log);
    opened.push(() => outbox.stop());
    const strategy = new NatsStrategy(service.name, service.contract, { requests: connection, events }, db, log, metrics);
    const values: [unknown, unknown][] = [
      [service.config, config],
      [Database, db],
      [Bus, bus],
      [Outbox, outbox],
      [Metrics, metrics],
      [LOG, log],
    ];
    const root = { module: class Root {}, imports: [PlatformModule.with(values), service.module] };
    const app = await NestFactory.createMicroservice(root, { strategy, logger: nestLogger(log), abortOnError: false });
    app.useGlobalFilters(new PassOn());
    opened.push(() => app.close());
    let draining = false;
    const readiness = async (): Promise<Readiness> => {
      const postgres = await lookAt(db);
      const parts = { nats: bus.isConnected, postgres: postgres !== undefined, disk: !db.diskIsFull };
      return { ready: !draining && parts.nats && parts.postgres && parts.disk, parts, ...postgres };
    };
    const management = await Management.open(config.MANAGEMENT_PORT, config.MANAGEMENT_HOST, metrics, readiness);
    opened.unshift(() => management.close());
    opened.push(() => Promise.resolve((draining = true)));
    await app.listen();
    answerStatus(connection, service.contract, readiness);
    outbox.start();
    log.info({ management: management.port }, `${service.name} answers`);
    return { stop, managementPort: management.port };
  } catch (error) {
    await stop();
    throw error;
  }
}

const POSTGRES = `
  select extract(epoch from clock_timestamp()) * 1000 as now,
    (select extract(epoch from clock_timestamp() - created_at) * 1000 from outbox where sent_at is null order by seq limit 1) as oldest`;
const POSTGRES_MS = 900;

/**
 * What Postgres says: how far this host's clock is ahead of its own, and for how long the oldest event waits. Undefined where it does not
 * answer within a second.
 */
function lookAt(db: Database): Promise<Pick<Readiness, 'clock_ahead_ms' | 'outbox_age_ms'> | undefined> {
  const asked = Date.now();
  const seen = (db.source.query(POSTGRES) as Promise<[{ now: string; oldest: string | null }]>).then(
    ([{ now, oldest }]) => ({
      clock_ahead_ms: { postgres: Math.round((asked + Date.now()) / 2 - Number(now)) },
      outbox_age_ms: Math.round(Number(oldest ?? 0)),
    }),
    () => undefined,
  );
  return Promise.race([seen, new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), POSTGRES_MS).unref())]);
}
