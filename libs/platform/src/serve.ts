import type { Contract, Type } from '@skep/contracts';
import { type ArgumentsHost, Catch, type ExceptionFilter, type Type as NestModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { throwError } from 'rxjs';
import { aggregatesOf } from './aggregate.js';
import { Bus } from './bus.js';
import { type Env, readConfig, type ServiceConfig } from './config.js';
import { Database } from './database.js';
import { EventStream } from './event-stream.js';
import { Housekeeping } from './housekeeping.js';
import { contextOf, declarationOf } from './declaration.js';
import { Idempotency } from './idempotency.js';
import type { FairPool } from './internals/fair-pool.js';
import { poolOf } from './internals/typeorm-driver.js';
import { nestLogger, openLog } from './log.js';
import { Management, type Readiness } from './management.js';
import { Metrics } from './metrics.js';
import { connectNats } from './nats.js';
import { NatsStrategy } from './nats.strategy.js';
import type { Migrations } from './migration.js';
import { Objects } from './objects/objects.js';
import { OwnedObjects } from './objects/owned-objects.js';
import { openDatabase } from './open-database.js';
import { Outbox } from './outbox.js';
import { PlatformModule } from './platform.module.js';
import { LOG, type RunningProcess } from './run-process.js';
import { answerRunOperations } from './runs/answer-run-operations.js';
import { RunSignal } from './runs/run-signal.js';
import { type RunChange, RunStore } from './runs/run-store.js';
import { RunWorker } from './runs/run-worker.js';
import { Runs } from './runs/runs.js';
import { ScheduleWorker } from './runs/schedule-worker.js';
import { Schedules } from './runs/schedules.js';
import { ensureRunLog } from './run-events/log.js';
import { RunEvents } from './run-events/run-events.js';
import { answerReseal } from './sealing/answer-reseal.js';
import { Sockets } from './sockets/sockets.js';
import { answerStatus } from './status.js';
import type { Tables } from './tables.js';
import { answerTraceOperations } from './traces/answer-trace-operations.js';
import { openTracer } from './tracing/open-tracer.js';

/** A service: a contract, and the aggregates that answer it. */
export interface Service {
  /** The name of its directory in `apps/`, also the NATS queue group. */
  name: string;
  contract: Contract;
  config: Type<ServiceConfig>;
  /** Its aggregates, each a class with `@Aggregate()`. */
  modules: NestModule[];
  /** `import.meta.url` of its compiled main file: its migrations are in `migrations/` beside it, its SQL files in `../sql/`, its schema is `../../schema.txt`. */
  main: string;
  /** Enables row-level security on every table with a `tenant_id`. */
  tenantScoped?: boolean;
}

/** The tables of a service: the entities of its aggregates, and the migrations, SQL files and schema beside its main file. */
export async function tablesOf({ name, contract, modules, main, tenantScoped }: Service): Promise<Tables> {
  const aggregates = aggregatesOf(modules);
  const [sql, schema] = [new URL('../sql/', main), new URL('../../schema.txt', main)];
  const appendOnly = aggregates.flatMap((aggregate) => aggregate.appendOnly ?? []);
  const readOnly = aggregates.flatMap((aggregate) => aggregate.readOnly ?? []);
  return {
    name,
    contract,
    entities: [...aggregates.flatMap(({ entities = [] }) => entities), ...appendOnly, ...readOnly],
    appendOnly,
    readOnly,
    migrations: await importMigrations(new URL('migrations/', main)),
    ...(existsSync(sql) && { sql }),
    ...(existsSync(schema) && { schema }),
    ...(tenantScoped && { tenantScoped }),
  };
}

/**
 * The migrations that the modules of a folder export, in the order of the files' names: `2-…` comes before `10-…`. A service without tables of its
 * own has no folder.
 */
async function importMigrations(folder: URL): Promise<Migrations> {
  if (!existsSync(folder)) return [];
  const files = (await readdir(folder)).filter((name) => name.endsWith('.js'));
  files.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const modules = await Promise.all(
    files.map(async (name) => (await import(new URL(name, folder).href)) as Record<string, Migrations[number]>),
  );
  return modules.flatMap((module) => Object.values(module));
}

/** Passes errors on unchanged, so that `NatsStrategy` can convert them. */
@Catch()
class PassThroughFilter implements ExceptionFilter {
  catch(error: unknown, _: ArgumentsHost) {
    return throwError(() => error);
  }
}

/** Starts a service; resolves once it answers requests. @throws ConfigError; Error naming the operations without a handler */
export async function serve(service: Service, env: Env): Promise<RunningProcess> {
  const config = readConfig(service.config, env);
  const log = openLog(service.name, config.LOG_LEVEL);
  const metrics = new Metrics(service.name);
  const closers: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const close of closers.reverse()) await close();
  };
  try {
    const tracer = await openTracer(service.name, log);
    if (tracer) closers.push(() => tracer.close());
    const connection = await connectNats(service.name, config, log);
    const declaration = declarationOf(service);
    const context = contextOf(service.contract);
    const bus = new Bus(connection, config.NATS_USER ?? service.name, { declaration, tracer });
    closers.push(() => bus.close());
    // A separate connection: when JetStream is stuck, published events must not delay requests.
    const events = await connectNats(service.name, config, log);
    closers.push(() => events.close());
    const db = await openDatabase(await tablesOf(service), config, log);
    closers.push(() => db.close());
    metrics.watchPools({ service: poolOf(db.source) as FairPool, lists: db.lists });
    metrics.watchOutbox(async () => (await checkPostgres(db))?.outbox_age_ms);
    const outbox = new Outbox(context, db, events, log, tracer);
    closers.push(() => outbox.stop());
    const housekeeping = new Housekeeping(declaration.retention, config, db, metrics, log);
    closers.push(() => housekeeping.stop());
    const stream = new EventStream(events, config.SKEP_STREAM_MAX_BYTES, metrics, log);
    closers.push(() => stream.stop());
    const objects = 'SKEP_OBJECTS' in config ? await Objects.open(String(config.SKEP_OBJECTS)) : undefined;
    const owned = objects && new OwnedObjects(context, objects, db, log);
    if (owned) closers.push(() => owned.stop());
    const connections = { requests: connection, events };
    const strategy = new NatsStrategy(service.name, service.contract, connections, stream, db, log, metrics, tracer, owned);
    let worker: RunWorker | undefined;
    const signal = new RunSignal(bus, context);
    const onRunChange = (change: RunChange) => {
      worker?.wake();
      // The process that holds the run stops it.
      if (change === 'cancelled') signal.send(change);
    };
    const shown = declaration.runs && new RunEvents(events, context, log);
    closers.push(async () => shown?.stop());
    const runs = new RunStore(db, onRunChange, config.SKEP_RUN_LEASE_MS, shown);
    if (shown) {
      await ensureRunLog(events);
      answerRunOperations(strategy, runs, context);
    }
    const traces = aggregatesOf(service.modules).flatMap((aggregate) => aggregate.traces ?? []);
    answerTraceOperations(strategy, db, context, traces);
    const values: [unknown, unknown][] = [
      [service.config, config],
      [Database, db],
      [Bus, bus],
      [Outbox, outbox],
      [Runs, new Runs(runs)],
      [Schedules, new Schedules(db)],
      [Idempotency, strategy.idempotency],
      ...(declaration.sockets ? [[Sockets, new Sockets(bus, context)] as [unknown, unknown]] : []),
      ...(owned ? [[OwnedObjects, owned] as [unknown, unknown]] : []),
      [Metrics, metrics],
      [LOG, log],
    ];
    const root = { module: class Root {}, imports: [PlatformModule.with(values), ...service.modules] };
    const app = await NestFactory.createMicroservice(root, { strategy, logger: nestLogger(log), abortOnError: false });
    app.useGlobalFilters(new PassThroughFilter());
    closers.push(() => app.close());
    // Not before each operation is subscribed to: an orchestrator then stops the copy that this one replaces.
    let answering = false;
    const readiness = async (): Promise<Readiness> => {
      const postgres = await checkPostgres(db);
      const parts = { nats: bus.isConnected, postgres: postgres !== undefined, disk: !db.diskIsFull };
      const { state, warnings, lags } = stream;
      return {
        ready: answering && parts.nats && parts.postgres && parts.disk,
        parts,
        ...postgres,
        ...(state && { stream: state }),
        consumer_lags: lags,
        not_configured: config.notConfigured(),
        ...(db.sealing.keyIds && { encryption_keys: db.sealing.keyIds }),
        warnings,
      };
    };
    const management = await Management.open(config.MANAGEMENT_PORT, config.MANAGEMENT_HOST, metrics, readiness);
    closers.unshift(() => management.close());
    closers.push(() => Promise.resolve((answering = false)));
    await app.listen();
    const options = { passOn: () => signal.send('due'), metrics, tracer };
    const runWorker = (worker = new RunWorker(strategy.runHandlers(), runs, db, config.SKEP_RUNS_AT_ONCE, log, options));
    closers.push(() => Promise.resolve(signal.close()));
    closers.push(() => runWorker.stop());
    signal.listen((change) => runWorker.notice(change));
    const scheduleWorker = new ScheduleWorker(strategy.runHandlers(), runs, db, log, metrics);
    closers.push(() => scheduleWorker.stop());
    await stream.start();
    answerStatus(connection, service.contract, readiness);
    answerReseal(connection, service.contract, db.sealing, log);
    await connection.flush();
    answering = true;
    outbox.start();
    housekeeping.start();
    owned?.start();
    worker.start();
    scheduleWorker.start();
    log.info({ management: management.port }, `${service.name} is ready`);
    return { stop, managementPort: management.port };
  } catch (error) {
    await stop();
    throw error;
  }
}

const READ_STATE = `
  select extract(epoch from clock_timestamp()) * 1000 as now,
    (select extract(epoch from clock_timestamp() - created_at) * 1000 from outbox where sent_at is null order by seq limit 1) as oldest`;
const CHECK_TIMEOUT_MS = 900;

/**
 * Asks Postgres by how much this host's clock is ahead of its own, and for the age of the oldest unsent event. Undefined if it does not
 * answer within a second.
 */
function checkPostgres(db: Database): Promise<Pick<Readiness, 'clock_ahead_ms' | 'outbox_age_ms'> | undefined> {
  const sentAt = Date.now();
  const state = (db.source.query(READ_STATE) as Promise<[{ now: string; oldest: string | null }]>).then(
    ([{ now, oldest }]) => ({
      clock_ahead_ms: { postgres: Math.round((sentAt + Date.now()) / 2 - Number(now)) },
      outbox_age_ms: Math.round(Number(oldest ?? 0)),
    }),
    () => undefined,
  );
  return Promise.race([state, new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), CHECK_TIMEOUT_MS).unref())]);
}
