import { IntervalJob, LOG, type Log } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { ExecutionRepository } from '../execution/execution.repository.js';
import { Queue } from '../queue/queue.js';

/** Ends executions, and work of the queue, whose time is over, each minute. */
@Injectable()
export class LateWorkJob extends IntervalJob {
  constructor(
    private readonly executions: ExecutionRepository,
    private readonly queue: Queue,
    @Inject(LOG) log: Log,
  ) {
    super(60_000, log, 'late executions could not be ended; trying again in a minute');
  }

  /** @returns how many it has ended */
  async failLate(): Promise<number> {
    return (await this.executions.failLate()) + (await this.queue.failLate());
  }

  protected async execute(): Promise<void> {
    await this.failLate();
  }
}
