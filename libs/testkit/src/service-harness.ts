import type { Event, Operation } from '@skep/contracts';
import { Bus, connectNats, type Ctx, type Env, openLog, type RunningProcess, writeCtx } from '@skep/platform';
import { jetstream } from '@nats-io/jetstream';
import { randomUUID } from 'node:crypto';
import { service } from './callers.js';
import { type Infrastructure, infrastructure } from './infrastructure.js';

/**
 * One service as the others see it: it answers them over the bus and hears what they tell. Its functions stand alone, so that a
 * test may spread a harness into one of its own.
 */
export interface ServiceHarness {
  infra: Infrastructure;
  /** The bus of the NATS user `operator`, who may ask, tell and hear everything. */
  bus: Bus;
  /** The environment it was first started with. */
  env: Record<string, string>;
  /** Asks, as any other service would. @throws Problem */
  call<I extends object, O>(operation: Operation<I, O>, ctx: Ctx, input: I): Promise<O>;
  /** Tells an event as its owner's outbox does, and gives back its id; the same `id` again is the same event. */
  publish<P extends object>(event: Event<P>, payload: P, as?: { id?: string; ctx?: Ctx }): Promise<string>;
  /** One query in its database as the cluster's administrator, whom no right and no wall stops. */
  query(sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** @throws Error where none runs. */
  running(): RunningProcess;
  stop(): Promise<void>;
  /** Stops it, if it runs, and starts it with `more` in its environment. */
  restart(more?: Env): Promise<void>;
  /** One more instance beside it, which ends with the harness unless the test stops it before. */
  startCopy(more?: Env): Promise<RunningProcess>;
  close(): Promise<void>;
}

/** Less than the runner's timeout with a hook: what has begun by then must be ended, or it would outlive the run. */
const OPENING_MS = 45_000;

/**
 * Starts a service in this process, on infrastructure of its own. Without `start` nobody is behind the harness: for a test that runs
 * and kills the service as a process, by `infra.app`.
 * @param options env: what it needs besides; beside: apps to run as processes before it
 */
export async function startService(
  name: string,
  start?: (env: Env) => Promise<RunningProcess>,
  { env: more = {}, beside = [] }: { env?: Record<string, string>; beside?: string[] } = {},
): Promise<ServiceHarness> {
  const infra = await infrastructure();
  const opened = new AsyncDisposableStack();
  opened.defer(() => infra.close());
  const instances = new Set<RunningProcess>();
  let present: RunningProcess | undefined;

  const open = async (): Promise<ServiceHarness> => {
    const bus = new Bus(await connectNats('test', infra.nats.user('operator'), openLog('test', 'silent')), 'operator');
    opened.defer(() => bus.close());
    opened.defer(async () => {
      await Promise.all([...instances].map(({ stop }) => stop()));
    });
    await Promise.all(beside.map((app) => infra.app(app)));
    const env = await infra.env(name, more);
    const stream = jetstream(bus.connection);

    const another = async (more: Env = {}): Promise<RunningProcess> => {
      if (!start) throw new Error(`nobody said how to start ${name}`);
      const started = await start({ ...env, ...more });
      const running = { ...started, stop: async () => void (instances.delete(running) && (await started.stop())) };
      instances.add(running);
      if (opened.disposed) await running.stop();
      return running;
    };
    const stop = async () => {
      const stopping = present;
      present = undefined;
      await stopping?.stop();
    };
    if (start) present = await another();
    return {
      infra,
      bus,
      env,
      startCopy: another,
      call: (operation, ctx, input) => bus.call(operation, ctx, input),
      publish: async (event, payload, { id = randomUUID(), ctx = service(event.context) } = {}) => {
        await stream.publish(event.subject, JSON.stringify(payload), { msgID: id, headers: writeCtx(ctx) });
        return id;
      },
      query: (sql, values) => infra.query(name, sql, values),
      running: () => {
        if (!present) throw new Error(`${name} does not run`);
        return present;
      },
      stop,
      restart: async (more) => {
        await stop();
        present = await another(more);
      },
      close: () => opened.disposeAsync(),
    };
  };

  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${name} did not start within ${OPENING_MS} ms`)), OPENING_MS);
  });
  try {
    return await Promise.race([open(), tooLate]);
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
