import type { Event, Operation } from '@skep/contracts';
import { Bus, connectNats, type Ctx, type Env, openLog, type RunningProcess, writeEventCtx } from '@skep/platform';
import { jetstream } from '@nats-io/jetstream';
import { randomUUID } from 'node:crypto';
import { asService } from './callers.js';
import { type Infrastructure, startInfrastructure } from './infrastructure.js';

/**
 * Starts and stops one service, and calls it over the bus as another service would. The functions do not use `this`, so a test may
 * spread a harness into an object of its own.
 */
export interface ServiceHarness {
  infra: Infrastructure;
  /** A bus as the NATS user `operator`, who may publish and subscribe to everything. */
  bus: Bus;
  /** The environment of the first start. */
  env: Record<string, string>;
  /** Sends a request to any service. @throws Problem */
  call<I extends object, O>(operation: Operation<I, O>, ctx: Ctx, input: I): Promise<O>;
  /** Publishes an event as its owner's outbox does, and returns its id. Publishing with the same `id` repeats the same event. */
  publish<P extends object>(event: Event<P>, payload: P, as?: { id?: string; ctx?: Ctx }): Promise<string>;
  /** Runs a query in its database as the cluster's administrator, who bypasses rights and row-level security. */
  query(sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** The running instance. @throws Error if none runs */
  runningInstance(): RunningProcess;
  stop(): Promise<void>;
  /** Stops the instance, if it runs, and starts it with `more` added to its environment. */
  restart(more?: Env): Promise<void>;
  /** Starts one more instance. `close` stops it unless the test has done so. */
  startCopy(more?: Env): Promise<RunningProcess>;
  /** Stops everything and deletes its databases and files. Idempotent. */
  close(): Promise<void>;
}

/** Less than the test runner's timeout for a hook, after which no one would stop what has started. */
const START_TIMEOUT_MS = 150_000;

/**
 * Starts a service in this process, on infrastructure of its own. Without `start` it only provides the infrastructure, for a test that
 * starts and kills the service as a process with `infra.app`.
 * @param options env: further settings; beside: apps to start as processes before the service
 * @throws Error if the service does not start in time; then nothing is left
 */
export async function startService(
  name: string,
  start?: (env: Env) => Promise<RunningProcess>,
  { env: more = {}, beside = [] }: { env?: Record<string, string>; beside?: string[] } = {},
): Promise<ServiceHarness> {
  const infra = await startInfrastructure();
  const resources = new AsyncDisposableStack();
  resources.defer(() => infra.close());
  const instances = new Set<RunningProcess>();
  let current: RunningProcess | undefined;

  const open = async (): Promise<ServiceHarness> => {
    const bus = new Bus(await connectNats('test', infra.nats.user('operator'), openLog('test', 'silent')), 'operator');
    resources.defer(() => bus.close());
    resources.defer(async () => {
      await Promise.all([...instances].map(({ stop }) => stop()));
    });
    await Promise.all(beside.map((app) => infra.startApp(app)));
    const env = await infra.env(name, more);
    const stream = jetstream(bus.connection);

    const startInstance = async (more: Env = {}): Promise<RunningProcess> => {
      if (!start) throw new Error(`startService('${name}') got no start function`);
      const started = await start({ ...env, ...more });
      const running = { ...started, stop: async () => void (instances.delete(running) && (await started.stop())) };
      instances.add(running);
      if (resources.disposed) await running.stop();
      return running;
    };
    const stop = async () => {
      const instance = current;
      current = undefined;
      await instance?.stop();
    };
    if (start) current = await startInstance();
    return {
      infra,
      bus,
      env,
      startCopy: startInstance,
      call: (operation, ctx, input) => bus.call(operation, ctx, input),
      publish: async (event, payload, { id = randomUUID(), ctx = asService(event.context) } = {}) => {
        await stream.publish(event.subject, JSON.stringify(payload), { msgID: id, headers: writeEventCtx(ctx) });
        return id;
      },
      query: (sql, values) => infra.query(name, sql, values),
      runningInstance: () => {
        if (!current) throw new Error(`${name} is not running`);
        return current;
      },
      stop,
      restart: async (more) => {
        await stop();
        current = await startInstance(more);
      },
      close: () => resources.disposeAsync(),
    };
  };

  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${name} did not start within ${START_TIMEOUT_MS} ms`)), START_TIMEOUT_MS);
  });
  try {
    return await Promise.race([open(), timeout]);
  } catch (error) {
    await resources.disposeAsync();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
