import { Bus, LOG, type Log, type LogPosition, type RunEvent, RunLog } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';

const CONTEXT = 'agent';
/** By how much the clocks of Postgres and NATS may differ. */
const CLOCKS_MS = 2_000;

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
    return this.readFrom(run, { since: new Date(Date.now() - age_ms - CLOCKS_MS) });
  }

  /** Those after a message. @throws Problem `unavailable` if JetStream does not answer */
  readAfter(run: string, after: number): Promise<RunEvent[]> {
    return this.readFrom(run, { after, attempt: 0, number: 0 });
  }

  private async readFrom(run: string, from: LogPosition): Promise<RunEvent[]> {
    const events: RunEvent[] = [];
    const stop = new AbortController();
    const reader = {
      ...{ run, context: CONTEXT, signal: stop.signal },
      onEvent: (event: RunEvent) => void events.push(event),
      onEnd: () => undefined,
      onLost: () => undefined,
      ready: () => Promise.resolve(),
    };
    try {
      await this.runLog.read(reader, from);
      return events;
    } finally {
      stop.abort();
    }
  }
}
