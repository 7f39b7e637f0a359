import { Bus, LOG, type Log, positionAtStart, type Run, RunLog, Runs } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { ShownBoard } from './shown-board.js';

/** Reads what earlier attempts have shown of a board. */
@Injectable()
export class ShownBoards {
  private readonly runLog: RunLog;

  constructor(
    bus: Bus,
    @Inject(LOG) log: Log,
    private readonly runs: Runs,
  ) {
    this.runLog = new RunLog(bus.connection, log);
  }

  /** @throws Problem `unavailable` if JetStream does not answer */
  async open({ id: run, attempt }: Run): Promise<ShownBoard> {
    if (attempt === 1) return new ShownBoard([]);
    const { age_ms = 0 } = (await this.runs.find(run)) ?? {};
    return new ShownBoard(await this.runLog.collect({ run, context: 'coach' }, positionAtStart(age_ms)));
  }
}
