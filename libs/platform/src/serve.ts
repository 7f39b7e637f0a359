import type { Contract, Type } from '@skep/contracts';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { throwError } from 'rxjs';
import { Bus } from './bus.js';
import { type Env, readConfig, type ServiceConfig } from './config.js';
import { Database } from './database.js';
import { nestLogger, openLog } from './log.js';
import { Management } from './management.js';
import { Metrics } from './metrics.js';
import { connectNats } from './nats.js';
import { NatsStrategy } from './nats.strategy.js';
import { openDatabase, type Tables } from './open-database.js';
import { Outbox } from './outbox.js';
import { PlatformModule } from './platform.module.js';
import { LOG, type Running } from './running.js';

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
export async function serve(service: Service, env: Env): Promise<Running> {
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
    const management = await Management.open(config.MANAGEMENT_PORT, config.MANAGEMENT_HOST, metrics, async () => {
      const ahead = await clockAhead(db);
      const parts = { nats: bus.isConnected, postgres: ahead !== undefined };
      return {
        ready: !draining && parts.nats && parts.postgres,
        parts,
        ...(ahead !== undefined && { clock_ahead_ms: { postgres: ahead } }),
      };
    });
    opened.unshift(() => management.close());
    opened.push(() => Promise.resolve((draining = true)));
    await app.listen();
    outbox.start();
    log.info({ management: management.port }, `${service.name} answers`);
    return { stop, managementPort: management.port };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Milliseconds by which this host's clock is ahead of Postgres'; undefined where Postgres does not answer within a second. */
const clockAhead = (db: Database): Promise<number | undefined> => {
  const asked = Date.now();
  const compared = (db.source.query('select extract(epoch from clock_timestamp()) * 1000 as now') as Promise<[{ now: string }]>).then(
    ([{ now }]) => Math.round((asked + Date.now()) / 2 - Number(now)),
    () => undefined,
  );
  return Promise.race([compared, new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 900).unref())]);
};
