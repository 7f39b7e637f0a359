/** Runs work at an interval, never twice at the same time in one process. The work must not reject. */
export class Interval {
  private timer?: NodeJS.Timeout;
  private running?: Promise<void> | undefined;

  constructor(
    private readonly ms: number,
    private readonly work: () => Promise<void>,
  ) {}

  /** The first run comes after one interval. */
  start(): void {
    this.timer = setInterval(() => void this.run(), this.ms).unref();
  }

  /** Runs the work at once, or waits for the run in progress. */
  run(): Promise<void> {
    return (this.running ??= this.work().finally(() => (this.running = undefined)));
  }

  /** Waits for the run in progress. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }
}
