import { isEvents, RunRef, revive, runOperations } from '@skep/contracts';
import { Bus, Interval, LOG, type Log, type LogPosition, newCtx, parsePosition, positionAtStart, RunLog } from '@skep/platform';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { RouteCall } from '../route.js';
import { CountedStream, hasMore, numberAfter } from './counted-stream.js';
import { OpenStreams } from './open-streams.js';
import { LAST_ID, RunStream, type StreamForm } from './run-stream.js';

/** How often the ends of runs are looked for that nothing announced, such as those that were cancelled with their parent. */
const CHECK_MS = 5_000;
const CHECKED_AT_ONCE = 500;
/** The streams of runs that clients of this gateway read. */
@Injectable()
export class RunStreams implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly streams = new Set<RunStream>();
  private readonly interval = new Interval(CHECK_MS, () => this.finishEnded());

  constructor(
    private readonly bus: Bus,
    private readonly runLog: RunLog,
    private readonly open: OpenStreams,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.interval.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.interval.stop();
  }

  /**
   * Answers with the events of the run that the operation returns, from its start or after `Last-Event-ID`.
   * @throws Problem as the service threw it; `unavailable`; `too_many_requests`
   */
  async answer(call: RouteCall, form?: StreamForm): Promise<void> {
    if (call.request.headers['last-event-id'] === LAST_ID) return sendNothing(call);
    const release = this.open.reserve(call.request.caller.user);
    await this.begin(call, release, form).catch((error: unknown) => {
      release();
      throw error;
    });
  }

  private async begin(call: RouteCall, release: () => void, form: StreamForm | undefined): Promise<void> {
    const { route, request, reply, forward, reauthorize } = call;
    const { operation } = route;
    const { output, context } = operation;
    if (!isEvents(output)) throw new Error(`${operation.subject} does not return a run`);
    const [now, startedAt] = [await this.runLog.end(), performance.now()];
    const { run_id } = revive(RunRef, JSON.parse(Buffer.from((await forward()).bytes).toString()));
    const lastId = form?.idsNameRun ? withoutRun(lastIdOf(call), run_id) : lastIdOf(call);
    if (lastId === LAST_ID) {
      release();
      return sendNothing(call);
    }
    const { age_ms, end } = await this.getRun(context, run_id);
    const wasStartedNow = age_ms < performance.now() - startedAt;
    const start: LogPosition = wasStartedNow ? now : positionAtStart(age_ms);
    const counted = form?.counted;
    const reading = counted && { form, counted, run: run_id, after: numberAfter(request, counted.nameOf(run_id)) };
    if (reading && end && !(await hasMore(reading, end, () => this.runLog.collect({ run: run_id, context }, start)))) {
      release();
      return sendNothing(call);
    }
    const { user, session } = request.caller;
    const sse = this.open.open(reply, { user, session, verify: reauthorize }, release);
    const parts = { context, run: run_id, events: output.of, stream: sse, findEnd: async () => (await this.getRun(context, run_id)).end };
    const stream = reading ? new CountedStream(parts, reading) : new RunStream(parts, form);
    this.streams.add(stream);
    sse.signal.addEventListener('abort', () => this.streams.delete(stream), { once: true });
    void this.read(stream, (counted ? undefined : parsePosition(lastId)) ?? start, end !== undefined);
  }

  private async read(stream: RunStream, from: LogPosition, hasEnded: boolean): Promise<void> {
    try {
      await this.runLog.read(stream, from);
      stream.isLive = true;
      if (hasEnded) await stream.finish();
    } catch (error) {
      this.log.debug({ error }, 'a stream of a run ends: its events cannot be read');
      stream.onLost();
    }
  }

  private getRun(context: string, run_id: string) {
    return this.bus.call(runOperations(context).getRun, newCtx({ actor: 'service:api-gateway' }), { run_id });
  }

  private async finishEnded(): Promise<void> {
    const live = [...this.streams].filter(({ isLive }) => isLive);
    for (const [context, streams] of Map.groupBy(live, ({ context }) => context))
      for (let i = 0; i < streams.length; i += CHECKED_AT_ONCE)
        await this.finishThose(context, streams.slice(i, i + CHECKED_AT_ONCE)).catch((error: unknown) =>
          this.log.debug({ error }, 'the ends of runs cannot be read; trying again soon'),
        );
  }

  private async finishThose(context: string, streams: RunStream[]): Promise<void> {
    const run_ids = [...new Set(streams.map(({ run }) => run))];
    const rows = await this.bus.call(runOperations(context).listEndedRuns, newCtx({ actor: 'service:api-gateway' }), { run_ids });
    if (!rows.length) return;
    const ended = new Set(rows.map(({ run_id }) => run_id));
    // Their events come before their ends.
    await this.runLog.settled();
    await Promise.all(streams.filter(({ run }) => ended.has(run)).map((stream) => stream.finish()));
  }
}

const lastIdOf = ({ request }: RouteCall): string => String(request.headers['last-event-id'] ?? '');

/** The position in a run. Empty if the id is one of another run. */
const withoutRun = (id: string, run: string): string => (id.startsWith(`${run}:`) ? id.slice(run.length + 1) : '');

/** The client has all of the stream. */
async function sendNothing({ reply }: RouteCall): Promise<void> {
  await reply.code(204).send();
}
