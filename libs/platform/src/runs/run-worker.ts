import { Problem } from '@skep/contracts';
import { newCtx, ownerOf } from '../context.js';
import type { Database } from '../database.js';
import { Interval } from '../interval.js';
import type { Log } from '../log.js';
import type { Metrics } from '../metrics.js';
import { runForOwner } from '../owner.js';
import { runInSpan } from '../tracing/span.js';
import type { Tracer } from '../tracing/tracer.js';
import { Run, RunStopped } from './run.js';
import type { RunKind } from './run-kind.js';
import type { ClaimedRun, RunChange, RunEnd, RunStore } from './run-store.js';

/** A kind, and what its runs do. */
export interface RunHandler {
  kind: RunKind;
  handle: (run: Run, input: object) => Promise<unknown>;
}

/** What a worker reports. */
export interface RunWorkerOptions {
  /** Is called when runs are due that other processes may have room for. */
  passOn?: () => void;
  metrics?: Metrics;
  tracer?: Tracer | undefined;
}

/** How an attempt ended. `waiting`: it waits, or was given back by a process that stops. `lost`: another attempt holds the run. */
type Outcome = RunEnd['status'] | 'waiting' | 'retried' | 'lost';

interface Held {
  kind: string;
  run: Run;
  stop: AbortController;
  ended: Promise<void>;
}

const BACKOFF_MAX_MS = 300_000;
/** How long a process that stops waits for the steps in progress. */
const DRAIN_MS = 10_000;

/** Runs the runs of a service. Any number of processes may; a process that dies is taken over once its lease is over. */
export class RunWorker {
  private readonly held = new Map<string, Held>();
  /** The kinds that are taken together: each with a limit of its own alone. */
  private readonly groups: string[][];
  /** Groups of which more runs may be due than there was room for. */
  private readonly full = new Set<string[]>();
  private readonly poll: Interval;
  private readonly renewal: Interval;
  private claiming = false;
  private lastClaim = Promise.resolve();
  private again = false;
  private passesOn = false;
  private stopped = true;

  constructor(
    private readonly handlers: ReadonlyMap<string, RunHandler>,
    private readonly store: RunStore,
    private readonly db: Database,
    private readonly atOnce: number,
    private readonly log: Log,
    private readonly options: RunWorkerOptions = {},
  ) {
    const kinds = Array.from(handlers.values(), ({ kind }) => kind);
    const namesOf = (some: RunKind[]) => some.map(({ name }) => name);
    const [unlimited, limited] = [kinds.filter(({ perProcess }) => !perProcess), kinds.filter(({ perProcess }) => perProcess)];
    this.groups = [namesOf(unlimited), ...limited.map((kind) => namesOf([kind]))].filter(({ length }) => length);
    this.poll = new Interval(store.leaseMs / 12, () => this.check());
    this.renewal = new Interval(store.leaseMs / 4, () => this.renew());
  }

  start(): void {
    if (!this.handlers.size) return;
    this.stopped = false;
    this.poll.start();
    this.renewal.start();
    this.wake();
  }

  /** Gives all runs back, so that another process continues them at once. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.poll.stop();
    await this.lastClaim; // it may still take runs
    for (const { stop } of this.held.values()) stop.abort(new RunStopped('stopping'));
    const drained = Promise.all(Array.from(this.held.values(), ({ ended }) => ended));
    await Promise.race([drained, new Promise((resolve) => setTimeout(resolve, DRAIN_MS).unref())]);
    this.options.passOn?.();
    await this.renewal.stop();
  }

  /** Takes due runs, as many as there is room for, and passes on the others. */
  wake(): void {
    this.passesOn = true;
    this.look();
  }

  /** Does what another process signals. */
  notice(change: RunChange): void {
    if (change === 'cancelled') void this.check();
    else this.look();
  }

  private look(): void {
    this.again = true;
    if (!this.claiming && !this.stopped) this.lastClaim = this.claim();
  }

  private async claim(): Promise<void> {
    this.claiming = true;
    try {
      while (this.again && !this.stopped && this.held.size < this.atOnce) {
        this.again = false;
        for (const group of this.groups) await this.claimOf(group);
      }
      if ((this.again || this.full.size) && this.passesOn) this.options.passOn?.();
      this.passesOn = false;
    } catch (error) {
      this.log.warn({ error }, 'runs could not be taken; trying again in a second');
    } finally {
      this.claiming = false;
    }
  }

  private async claimOf(group: string[]): Promise<void> {
    const room = this.roomFor(group);
    const claimed = room > 0 ? await this.store.claim(group, room) : [];
    for (const run of claimed) this.take(run);
    if (claimed.length < room) return void this.full.delete(group);
    this.full.add(group);
    // Some may have ended meanwhile.
    if (this.roomFor(group) > 0) this.again = true;
  }

  private roomFor(group: string[]): number {
    const { perProcess = this.atOnce } = this.handlers.get(group[0]!)!.kind;
    const held = Array.from(this.held.values()).filter(({ kind }) => group.includes(kind)).length;
    return Math.min(this.atOnce - this.held.size, perProcess - held);
  }

  private take(claimed: ClaimedRun): void {
    const { id, attempt, ctx, deadline } = claimed;
    const stop = new AbortController();
    const steps = new Map(Object.entries(claimed.steps ?? {}));
    const span = this.options.tracer?.attempt(claimed);
    const runCtx = newCtx({ ...ctx, deadline: deadline.getTime(), ...(span && { trace: span.trace }) });
    const run = new Run(id, attempt, runCtx, stop.signal, steps, this.store, this.db, claimed.failures > 0);
    const start = performance.now();
    const ended = runInSpan(span, () => this.execute(claimed, run)).then((outcome) => {
      this.held.delete(key);
      this.options.metrics?.observeAttempt(claimed.kind, outcome, (performance.now() - start) / 1000);
      span?.set({ 'skep.run.outcome': outcome });
      if (outcome === 'failed' || outcome === 'retried') span?.failWith(outcome);
      span?.end();
      if (this.again || this.full.size) this.look();
    });
    const key = `${id} ${attempt}`;
    this.held.set(key, { kind: claimed.kind, run, stop, ended });
  }

  private async execute(claimed: ClaimedRun, run: Run): Promise<Outcome> {
    const { kind, handle } = this.handlers.get(claimed.kind)!;
    try {
      if (claimed.is_cancelled) return await this.end(run, 'cancelled');
      if (claimed.is_late) return await this.end(run, 'failed', { error: LATE });
      if (claimed.failures > kind.retries)
        return await this.end(run, 'failed', { error: { code: 'lost', message: 'its process died too often' } });
      const work = () => this.db.inTenant(claimed.tenant_id, () => handle(run, claimed.input));
      const result = await runForOwner(ownerOf(run.ctx), work);
      await run.settled();
      return run.waits.length ? await this.putDown(run) : await this.end(run, 'done', { result });
    } catch (error) {
      return this.stopOrRetry(error, claimed, run, kind).catch((failure: unknown) => {
        // Its lease runs out, and someone continues it.
        this.log.warn({ error: failure, run: run.id }, 'a run could not be put down');
        return 'lost' as const;
      });
    }
  }

  private async stopOrRetry(error: unknown, { failures }: ClaimedRun, run: Run, { retries, retryAfterMs }: RunKind): Promise<Outcome> {
    await run.settled();
    if (run.waits.length && !run.signal.aborted) return this.putDown(run);
    const stopped = run.signal.aborted ? (run.signal.reason as RunStopped) : error;
    if (stopped instanceof RunStopped) {
      if (stopped.why === 'cancelled') return this.end(run, 'cancelled');
      if (stopped.why === 'late') return this.end(run, 'failed', { error: LATE });
      if (stopped.why === 'lost') return 'lost';
      await this.store.retry(run, 0, 0);
      return 'waiting';
    }
    const isFinal = error instanceof Problem && error.body.status < 500 && error.retryAfter === undefined;
    if (!isFinal && failures < retries) {
      this.log.info({ error, run: run.id, attempt: run.attempt }, 'a run failed; it will be tried again');
      await this.store.retry(run, 1, backoff(retryAfterMs, failures));
      return 'retried';
    }
    if (!(error instanceof Problem)) this.log.error({ error, run: run.id }, 'a run failed');
    return this.end(run, 'failed', { error: error instanceof Problem ? { code: error.body.code, message: error.message } : INTERNAL });
  }

  private async putDown(run: Run): Promise<Outcome> {
    await this.store.putDown(run, run.waits);
    return 'waiting';
  }

  private async end({ id, attempt }: Run, status: RunEnd['status'], end: Pick<RunEnd, 'result' | 'error'> = {}): Promise<Outcome> {
    return (await this.store.end({ id, attempt, status, ...end })) ? status : 'lost';
  }

  private async check(): Promise<void> {
    this.look();
    try {
      const now = Date.now();
      for (const { run, stop } of this.held.values()) if (run.ctx.deadline <= now) stop.abort(new RunStopped('late'));
      const ids = Array.from(this.held.values(), ({ run }) => run.id);
      const asked = new Set(ids.length ? await this.store.listAskedToCancel(ids) : []);
      for (const { run, stop } of this.held.values()) if (asked.has(run.id)) stop.abort(new RunStopped('cancelled'));
      this.options.metrics?.setRuns({ held: this.held.size, queueAgeS: await this.store.readQueueAge([...this.handlers.keys()]) });
    } catch (error) {
      this.log.warn({ error }, 'runs could not be checked; trying again in a second');
    }
  }

  private async renew(): Promise<void> {
    const renewed = [...this.held.values()];
    if (!renewed.length) return;
    try {
      const held = await this.store.renew(renewed.map(({ run: { id, attempt } }) => ({ id, attempt })));
      for (const { run, stop } of renewed) if (!held.has(run.id)) stop.abort(new RunStopped('lost'));
    } catch (error) {
      this.log.warn({ error }, 'leases of runs could not be renewed; trying again soon');
    }
  }
}

const LATE = { code: 'late', message: 'it did not end before its deadline' };
const INTERNAL = { code: 'internal', message: 'an unexpected error' };

/** By up to half more or less, so that runs that failed together are not tried together. */
const backoff = (firstMs: number, failures: number) => Math.min(firstMs * 2 ** failures, BACKOFF_MAX_MS) * (0.5 + Math.random());
