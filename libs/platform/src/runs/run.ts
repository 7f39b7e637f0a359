import type { Ctx } from '../context.js';
import type { Database } from '../database.js';
import type { RunKind } from './run-kind.js';
import { INTERRUPTED } from '../run-events/log.js';
import type { NewRun, RunStore, StepRecord } from './run-store.js';

/** The run is held by another attempt, was cancelled, or has passed its deadline: its handler must end. */
export class RunStopped extends Error {
  constructor(readonly why: 'lost' | 'cancelled' | 'late' | 'stopping') {
    super(`the run was stopped: ${why}`);
  }
}

/** The run waits. It ends the handler; do not catch it. */
class Waiting extends Error {}

/** What a step gets: `key` names it for ever, so that an outside party can recognise a repetition. */
export interface Step {
  key: string;
  ctx: Ctx;
  signal: AbortSignal;
  /**
   * Shows an event to the readers of the run. It costs no write in Postgres, and is kept for an hour: it is what is shown, never the truth. What a
   * commit emits is shown once it has committed. Types that begin with `run.` are the platform's.
   */
  emit(type: string, data: object): void;
}

/** A step that can wait until what it shows can be read. */
export interface ShowingStep extends Step {
  /** Resolves when the log has all that the run has shown: a process that dies later does not lose it. @throws RunStopped */
  shown(): Promise<void>;
}

/** How another run ended. */
export interface Ended<O> {
  status: 'done' | 'failed' | 'cancelled';
  result?: O;
  error?: { code: string; message: string };
}

/**
 * One attempt of a run. The handler runs from the top in every attempt, and steps that have happened return what they returned then. So
 * what it does between steps must be the same each time: read the clock, chance and the world inside steps only.
 *
 * Every method throws RunStopped once the attempt no longer holds the run, and Error if a name is used twice.
 */
export class Run {
  /** What the handler waits for, if it was put down. */
  readonly waits: { name: string; until: Date }[] = [];
  private readonly working = new Set<Promise<unknown>>();
  private readonly names = new Set<string>();
  /** How many events this attempt has shown. */
  private shown = 0;

  constructor(
    readonly id: string,
    readonly attempt: number,
    readonly ctx: Ctx,
    /** Aborted when the attempt must stop. */
    readonly signal: AbortSignal,
    private readonly steps: Map<string, StepRecord>,
    private readonly store: RunStore,
    private readonly db: Database,
    /** An earlier attempt has failed, or its process died: it may have left a step unfinished that had shown something. */
    private readonly isRepeated: boolean,
  ) {}

  /** Does something at least once, until it has returned once. Its output, plain JSON, is what every later attempt sees. */
  async step<T>(name: string, work: (step: ShowingStep) => Promise<T> | T): Promise<T> {
    const before = this.begin(name);
    if (before?.done) return before.output as T;
    return this.track(async () => {
      let hasShown = false;
      const emit: Step['emit'] = (type, data) => {
        if (!hasShown && this.isRepeated) this.show(INTERRUPTED, { step: name });
        hasShown = true;
        this.show(type, data);
      };
      try {
        const output = toJson(await work({ ...this.stepOf(name, emit), shown: () => this.awaitShown() }));
        this.assertHeld();
        if (!(await this.store.writeStep(this, name, output))) throw new RunStopped('lost');
        return this.remember(name, output);
      } catch (error) {
        if (hasShown) this.show(INTERRUPTED, { step: name });
        throw error;
      }
    });
  }

  /** Does something exactly once: what it writes, events included, commits together with the note that it has happened. */
  async commit<T>(name: string, work: (step: Step) => Promise<T>): Promise<T> {
    const before = this.begin(name);
    if (before?.done) return before.output as T;
    const events: Parameters<Step['emit']>[] = [];
    const write = async () => {
      const output = toJson(await work(this.stepOf(name, (...event) => void events.push(event))));
      if (!(await this.store.writeStep(this, name, output))) throw new RunStopped('lost');
      return output;
    };
    return this.track(async () => {
      const output = await this.db.transaction(write);
      for (const event of events) this.show(...event);
      return this.remember(name, output);
    });
  }

  /** Waits for a time in milliseconds, or until a date. Neither a process nor a connection is held meanwhile. */
  async sleep(name: string, until: number | Date): Promise<void> {
    const before = this.begin(name);
    if (!before?.over) this.wait(name, typeof until === 'number' ? new Date(Date.now() + until) : until);
  }

  /** Waits for the answer that `Runs.answer` gives under this name. Undefined if there was none in time. */
  async answer<T>(name: string, { withinMs }: { withinMs?: number } = {}): Promise<T | undefined> {
    const before = this.begin(name);
    if (!before?.done && !before?.over) this.wait(name, new Date(withinMs === undefined ? this.ctx.deadline : Date.now() + withinMs));
    if (before.done) return (before.output ?? undefined) as T | undefined;
    const closed = await this.store.closeWait(this, name);
    if (!closed) throw new RunStopped('lost');
    return (this.remember(name, closed.output) ?? undefined) as T | undefined;
  }

  /** Starts another run, once, and waits for its end. */
  async child<I extends object, O>(name: string, kind: RunKind<I, O>, input: I, options: NewRun = {}): Promise<Ended<O>> {
    const ended = `${name}: ended`;
    const started = await this.commit(name, () =>
      this.store.start(kind, this.ctx, input, { ...options, parent: { id: this.id, step: ended } }),
    );
    if (started.outcome === 'refused') return { status: 'failed', error: { code: 'conflict', message: `${started.id} is in progress` } };
    return (await this.answer<Ended<O>>(ended)) ?? { status: 'failed', error: { code: 'late', message: 'it did not end in time' } };
  }

  /** Resolves when no step is in progress. */
  async settled(): Promise<void> {
    while (this.working.size) await Promise.allSettled(this.working);
  }

  /** Whether the attempt still holds the run. @throws RunStopped */
  assertHeld(): void {
    if (this.signal.aborted) throw this.signal.reason;
  }

  private begin(name: string): StepRecord | undefined {
    this.assertHeld();
    if (this.names.has(name)) throw new Error(`the run ${this.id} has two steps with the name '${name}'`);
    this.names.add(name);
    return this.steps.get(name);
  }

  private wait(name: string, until: Date): never {
    // A wait that exists keeps its time.
    this.waits.push({ name, until });
    throw new Waiting(`the run ${this.id} waits for '${name}'`);
  }

  private async track<T>(work: () => Promise<T>): Promise<T> {
    const working = work();
    this.working.add(working);
    try {
      return await working;
    } finally {
      this.working.delete(working);
    }
  }

  private stepOf(name: string, emit: Step['emit']): Step {
    const key = `${this.id}/${name}`;
    return { key, ctx: { ...this.ctx, idempotencyKey: key, cause: key }, signal: this.signal, emit };
  }

  private show(type: string, data: object): void {
    this.store.events?.add([this.id, this.attempt, ++this.shown, type, data]);
  }

  /** However long an outage of JetStream lasts. */
  private async awaitShown(): Promise<void> {
    while (!((await this.store.events?.flush(this.id)) ?? true)) this.assertHeld();
  }

  private remember<T>(name: string, output: T): T {
    this.steps.set(name, { done: true, output });
    return output;
  }
}

/** What a later attempt reads. */
const toJson = <T>(output: T): T => JSON.parse(JSON.stringify(output ?? null)) as T;
