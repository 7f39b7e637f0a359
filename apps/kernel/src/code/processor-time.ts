import { CPU_MAX_MS } from './messages.js';

/** Code is asked very often whether it may continue; the clock is read once in so many times. */
const ASKED_PER_LOOK = 64;

/** The processor time of one call, on the thread that it has. */
export class ProcessorTime {
  private used = 0;
  private since = 0;
  private asked = 0;
  private exceeded = false;

  get usedMs(): number {
    return this.used;
  }

  /** Whether it was more than a call may use. */
  get isExceeded(): boolean {
    return this.exceeded;
  }

  begin(): void {
    this.since = now();
  }

  end(): void {
    this.used += now() - this.since;
  }

  /** Stops the code that computes, whatever it has used. */
  stop(): void {
    this.exceeded = true;
  }

  /** Whether the code that computes has to stop. */
  isUp(): boolean {
    if (this.asked++ % ASKED_PER_LOOK === 0 && this.used + now() - this.since > CPU_MAX_MS) this.exceeded = true;
    return this.exceeded;
  }
}

/** Milliseconds of processor time of this thread. */
function now(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
