import type { Env } from './config.js';

/** Injection token of the process's log. */
export const LOG = Symbol('LOG');

/** A started service or gateway. */
export interface RunningProcess {
  /** Stops receiving work, finishes the work in progress and closes all connections. */
  stop(): Promise<void>;
  managementPort: number;
  /** Milliseconds for which `stop` keeps serving before it closes anything; 0 by default. */
  drainMs?: number;
}

/** The time that `stop` gets, in addition to `drainMs`, before the process exits anyway. Longer than any request (`callFunction`: 90 s); an orchestrator may kill the process earlier. */
const STOP_TIMEOUT_MS = 95_000;

/** The main function of a process: starts it, and stops it on SIGTERM or SIGINT. If it cannot start, prints the error's message and exits with 1. */
export async function runProcess(start: (env: Env) => Promise<RunningProcess>): Promise<void> {
  try {
    const running = await start(process.env);
    const stop = () => {
      setTimeout(() => process.exit(1), STOP_TIMEOUT_MS + (running.drainMs ?? 0)).unref();
      void running.stop().then(() => process.exit(0));
    };
    process.once('SIGTERM', stop).once('SIGINT', stop);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}
