import type { Env } from './config.js';

/** Injection token of the process's log. */
export const LOG = Symbol('LOG');

/** A process that answers. `stop` takes no new work, finishes what has begun and closes everything. */
export interface RunningProcess {
  stop(): Promise<void>;
  managementPort: number;
  /** Milliseconds that `stop` keeps serving before it ends anything; none unless given. */
  drainMs?: number;
}

/** No request takes longer (a call of the kernel: 90 s). Who cannot wait for it, such as an orchestrator, ends the process by force. */
const STOP_MS = 95_000;

/** The main of a process: starts it, stops it on SIGTERM or SIGINT, and says in one line why it could not start. */
export async function runProcess(start: (env: Env) => Promise<RunningProcess>): Promise<void> {
  try {
    const running = await start(process.env);
    const stop = () => {
      setTimeout(() => process.exit(1), STOP_MS + (running.drainMs ?? 0)).unref();
      void running.stop().then(() => process.exit(0));
    };
    process.once('SIGTERM', stop).once('SIGINT', stop);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}
