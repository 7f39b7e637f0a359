import { setTimeout as sleep } from 'node:timers/promises';
import { explain } from '../setup/fault.mjs';
import { freePort } from './port.mjs';

const timeoutMs = { first: 500, longest: 10_000, calm: 60_000 };
const checks = { everyMs: 3_000, failures: 3 };

/**
 * A server of ours, known by the pid of its process. `answers` says within seconds whether it does its work: one that only runs may hang.
 * @typedef {{ url: string, pid: number, port: number, ended: Promise<void>, answers(): Promise<boolean>,
 *   stop(within?: number): Promise<void> }} Server
 *
 * `spawned` is told of the process before it answers, so that a stop in the midst of a start finds it; `again`: it is no first start.
 * @typedef {(how: { port?: number, again: boolean, spawned: (server: Server) => void }) => Promise<Server>} Start
 */

/**
 * Keeps an embedded server running: one that ends unasked, or hangs, is started again on its port, each time a little later.
 * @param {{ title: string, port?: number, start: Start, record: (pid: number) => void, checkMs?: number }} options
 *   port: the one to prefer at first; record: told the pid of every process; checkMs: between two checks whether it answers
 */
export function embeddedServer({ title, port, start, record, checkMs = checks.everyMs }) {
  /** @type {Server | undefined} */
  let current;
  let stopping = false;
  let starting = launch({ port, again: false });
  const started = starting;
  void started.then(keep, () => {});

  async function launch(how) {
    const server = await start({ ...how, spawned: enter });
    if (server.pid !== current?.pid) enter(server); // one that already ran
    return server;
  }

  function enter(server) {
    current = server;
    record(server.pid);
    if (stopping) void server.stop();
  }

  async function keep(server) {
    for (let delay = timeoutMs.first; ; delay = Math.min(delay * 2, timeoutMs.longest)) {
      const since = Date.now();
      const hung = await Promise.race([server.ended, hangs(server)]);
      if (stopping) return;
      if (Date.now() - since > timeoutMs.calm) delay = timeoutMs.first;
      console.error(`${title} ${hung ? 'does not answer' : 'stopped unexpectedly'}; starting it again …`);
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
          delay = Math.min(delay * 2, timeoutMs.longest);
          console.error(`${explain(error).message} Trying again in ${delay / 1000} s.`);
        }
      }
      console.log(`${title} is back.`);
    }
  }

  /** Resolves with true when a server has failed to answer several times in a row; never, once it has ended. */
  async function hangs(server) {
    let ended = false;
    void server.ended.then(() => (ended = true));
    for (let failures = 0; failures < checks.failures;) {
      await sleep(checkMs, undefined, { ref: false });
      if (ended || stopping) return new Promise(() => {});
      failures = (await server.answers()) ? 0 : failures + 1;
    }
    return true;
  }

  // On no other port: the services know this one.
  async function startOn(port) {
    if ((await freePort(port)) !== port) throw new Error(`${title} cannot start again: another program uses its port ${port}.`);
    return launch({ port, again: true });
  }

  return {
    /** Resolves when it answers for the first time, rejects when it cannot start. */
    started,

    /** Stops it, also in the midst of a start, and starts it never again. */
    async stop(within) {
      stopping = true;
      await current?.stop(within);
      await starting.catch(() => {});
    },
  };
}
