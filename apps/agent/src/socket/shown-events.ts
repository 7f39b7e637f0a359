import { Bus, LOG, type Log, positionAtStart, type RunEvent, RunLog } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';

const CONTEXT = 'agent';

/** What earlier attempts of a turn have shown: after a crash it is neither shown again nor lost. */
@Injectable()
export class ShownEvents {
  private readonly runLog: RunLog;

  constructor(bus: Bus, @Inject(LOG) log: Log) {
    this.runLog = new RunLog(bus.connection, log);
  }

  /** The message that is the last of the log now. @throws Problem `unavailable` if JetStream does not answer */
  async last(): Promise<number> {
    return (await this.runLog.end()).after;
  }

  /** @param age_ms how long ago the run was started @throws Problem `unavailable` if JetStream does not answer */
  read(run: string, age_ms: number): Promise<RunEvent[]> {
    return this.runLog.collect({ run, context: CONTEXT }, positionAtStart(age_ms));
  }

  /** Those after a message. @throws Problem `unavailable` if JetStream does not answer */
  readAfter(run: string, after: number): Promise<RunEvent[]> {
    return this.runLog.collect({ run, context: CONTEXT }, { after, attempt: 0, number: 0 });
  }
}
