import { setTimeout as sleep } from 'node:timers/promises';
import { startAppProcess } from './app-process.mjs';

const timeoutMs = { first: 500, longest: 30_000, calm: 60_000 };

/**
 * Keeps processes with services running: one that ends unasked is started again, each time a little later.
 * @param {(pid: number) => void} record told the pid of every process
 */
export function supervisor(record) {
  const running = new Set();
  let stopping = false;

  function launch(options) {
    const process = startAppProcess(options);
    running.add(process);
    void process.exited.then(() => running.delete(process));
    record(process.pid);
    return process;
  }

  async function keep(options, process) {
    for (let delay = timeoutMs.first; ; delay = Math.min(delay * 2, timeoutMs.longest)) {
      const since = Date.now();
      const how = await process.exited;
      if (stopping) return;
      if (Date.now() - since > timeoutMs.calm) delay = timeoutMs.first;
      console.error(`${options.title} stopped unexpectedly (${how}); starting again in ${delay / 1000} s.`);
      await sleep(delay);
      if (stopping) return;
      process = launch(options);
    }
  }

  return {
    /** Starts a process, and resolves when its services are up. The first start must succeed. */
    async start(options) {
      const process = launch(options);
      await process.started;
      void keep(options, process);
    },

    /** Stops them all, and starts none again. */
    async stop(within) {
      stopping = true;
      await Promise.all([...running].map((process) => process.stop(within)));
    },
  };
}
