import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@skep/platform/free-port';
import { explain, messageOf } from '../setup/fault.mjs';

/** Restarts are delayed by `first` to `longest`; after a run of `stable` the delay is `first` again. */
const delays = { first: 500, longest: 10_000, stable: 60_000 };
const checks = { everyMs: 3_000, failures: 3 };

/** A running server. */
export interface Server {
  url: string;
  pid: number;
  port: number;
  ended: Promise<void>;
  /** Checks within seconds whether it works: a process that runs may hang. */
  answers(): Promise<boolean>;
  stop(within?: number): Promise<void>;
}

/** How a server is started. */
export interface StartOptions {
  /** The preferred port. */
  port?: number | undefined;
  /** Whether this is a restart. */
  again?: boolean;
  /** Called with the process before it answers, so that a stop during the start finds it. */
  spawned?: (server: Server) => void;
}

export interface EmbeddedServerOptions {
  title: string;
  /** The preferred port. */
  port?: number | undefined;
  start: (options: StartOptions) => Promise<Server>;
  /** Called with the pid of every process. */
  record: (pid: number) => void;
  /** The interval of the checks whether it answers. */
  checkMs?: number;
}

/** Runs an embedded server, and restarts it on the same port when it exits or hangs, each time after a longer delay. */
export function embeddedServer({ title, port, start, record, checkMs = checks.everyMs }: EmbeddedServerOptions) {
  let current: Server | undefined;
  let stopping = false;
  let starting = launch({ port, again: false });
  const started = starting;
  void started.then(keep, () => {});

  async function launch(how: StartOptions): Promise<Server> {
    const server = await start({ ...how, spawned: register });
    if (server.pid !== current?.pid) register(server); // it was running already
    return server;
  }

  function register(server: Server): void {
    current = server;
    record(server.pid);
    if (stopping) void server.stop();
  }

  async function keep(server: Server): Promise<void> {
    for (let delay = delays.first; ; delay = Math.min(delay * 2, delays.longest)) {
      const startedAt = Date.now();
      const hung = await Promise.race([server.ended, hangs(server)]);
      if (stopping) return;
      if (Date.now() - startedAt > delays.stable) delay = delays.first;
      console.error(`${title} ${hung ? 'does not answer' : 'stopped unexpectedly'}; restarting …`);
      if (hung) await server.stop(1000);
      if (stopping) return;
      for (;;) {
        await sleep(delay);
        if (stopping) return;
        try {
          server = await (starting = startOn(server.port));
          break;
        } catch (error) {
          if (stopping) return;
          delay = Math.min(delay * 2, delays.longest);
          console.error(`${messageOf(explain(error))} Retrying in ${delay / 1000} s.`);
        }
      }
      console.log(`${title} is running again.`);
    }
  }

  /** Resolves with true once a server has failed several checks in a row. Never resolves after it has ended. */
  async function hangs(server: Server): Promise<true> {
    let ended = false;
    void server.ended.then(() => (ended = true));
    for (let failures = 0; failures < checks.failures;) {
      await sleep(checkMs, undefined, { ref: false });
      if (ended || stopping) return new Promise(() => {});
      failures = (await server.answers()) ? 0 : failures + 1;
    }
    return true;
  }

  // Only on the same port: the services are configured with it.
  async function startOn(port: number): Promise<Server> {
    if ((await freePort(port)) !== port) throw new Error(`${title} cannot restart: another program uses its port ${port}.`);
    return launch({ port, again: true });
  }

  return {
    /** Resolves once it answers for the first time; rejects if it cannot start. */
    started,

    /** Stops it for good, also during a start. */
    async stop(within?: number): Promise<void> {
      stopping = true;
      await current?.stop(within);
      await starting.catch(() => {});
    },
  };
}
