import { setTimeout as sleep } from 'node:timers/promises';
import { type AppProcess, type AppProcessOptions, startAppProcess } from './app-process.ts';

/** Restarts are delayed by `first` to `longest`; after a run of `stable` the delay is `first` again. */
const delays = { first: 500, longest: 30_000, stable: 60_000 };

type Options = AppProcessOptions & { title: string };

export type Supervisor = ReturnType<typeof supervisor>;

/**
 * Runs processes of services, and restarts one that exits, each time after a longer delay.
 * @param record called with the pid of every process
 */
export function supervisor(record: (pid: number) => void) {
  const running = new Set<AppProcess>();
  let stopping = false;

  function launch(options: Options): AppProcess {
    const process = startAppProcess(options);
    running.add(process);
    void process.exited.then(() => running.delete(process));
    record(process.pid);
    return process;
  }

  async function keep(options: Options, process: AppProcess): Promise<void> {
    for (let delay = delays.first; ; delay = Math.min(delay * 2, delays.longest)) {
      const startedAt = Date.now();
      const reason = await process.exited;
      if (stopping) return;
      if (Date.now() - startedAt > delays.stable) delay = delays.first;
      console.error(`${options.title} stopped unexpectedly (${reason}); restarting in ${delay / 1000} s.`);
      await sleep(delay);
      if (stopping) return;
      process = launch(options);
    }
  }

  return {
    /** Starts a process; resolves once its services are ready. Rejects if the first start fails. */
    async start(options: Options): Promise<void> {
      const process = launch(options);
      await process.started;
      void keep(options, process);
    },

    /** Stops all processes for good. */
    async stop(within?: number): Promise<void> {
      stopping = true;
      await Promise.all([...running].map((process) => process.stop(within)));
    },
  };
}
