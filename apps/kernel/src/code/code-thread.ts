import { AsyncResource } from 'node:async_hooks';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { type Answer, type FromThread, type Outcome, SLICE, type StartRun, TOO_MUCH_CPU, type ToThread } from './messages.js';

/** A function to run, and who answers its requests. */
export interface CodeRun extends Omit<StartRun, 'kind' | 'run'> {
  signal: AbortSignal;
  /** Milliseconds until its deadline. */
  timeLeftMs: number;
  /** Answers the request with this number. It never rejects: a failure is an answer as well. */
  answer: (request: number, method: string, json: string) => Promise<Answer>;
  log: (json: string) => void;
}

/** How a run ended, and the processor time that it took. */
export type Ended = { outcome: Outcome; cpuMs: number };

interface Active extends CodeRun {
  /** The requests so far, in order. If the thread dies, the run begins again elsewhere and gets the same answers. */
  requests: { method: string; json: string; answer: Promise<Answer> }[];
  logged: number;
  loggedBefore: number;
  restarts: number;
  end: (ended: Ended | Promise<never>) => void;
}

/** A native part of the language may compute on without looking at the clock: the thread is then replaced. */
const SLICE_MAX_MS = 5_000;
const LOOK_MS = 250;
/** The code learns from `ctx.signal` that its deadline is so near. */
const WARN_MS = 250;
/** How often a run begins again because another one ended their thread. */
const RESTARTS_MAX = 3;
const SCRIPT = fileURLToPath(new URL('thread-main.js', import.meta.url));
/** Of the thread itself; the memory of sandboxes is not in it. */
const HEAP_MB = 64;

const HUNG: Outcome = { kind: 'limit', message: TOO_MUCH_CPU };
const INTERRUPTED: Outcome = { kind: 'limit', message: 'the function was interrupted too often: try again' };
const DIFFERS: Outcome = { kind: 'limit', message: 'the function was interrupted, and did something else when it was repeated' };

/** A thread that runs code of apps. It starts with its first run, and is replaced when a run never stops; the others continue in the new one. */
export class CodeThread {
  private readonly slice = new Float64Array(new SharedArrayBuffer(SLICE.length * Float64Array.BYTES_PER_ELEMENT));
  private readonly runs = new Map<number, Active>();
  private worker: Worker | undefined;
  private watch: NodeJS.Timeout | undefined;
  private lastRun = 0;

  /** How many runs it has. */
  get load(): number {
    return this.runs.size;
  }

  /** Runs a function. @throws the reason of its signal */
  run(run: CodeRun): Promise<Ended> {
    run.signal.throwIfAborted();
    const id = ++this.lastRun;
    const { promise, resolve } = Promise.withResolvers<Ended>();
    const stop = () => finish(Promise.reject(run.signal.reason as Error));
    const finish = (ended: Ended | Promise<never>) => {
      if (!this.runs.delete(id)) return;
      run.signal.removeEventListener('abort', stop);
      clearTimeout(warning);
      this.send({ kind: 'stop', run: id });
      if (!this.runs.size) clearInterval(this.watch);
      resolve(ended);
    };
    const warning = setTimeout(() => this.send({ kind: 'warn', run: id }), run.timeLeftMs - WARN_MS);
    run.signal.addEventListener('abort', stop, { once: true });
    if (!this.runs.size) this.watch = setInterval(() => this.replaceIfHung(), LOOK_MS);
    // Messages of the thread arrive outside of what the caller is in: its transaction, its lease, its trace.
    const answer = AsyncResource.bind(run.answer);
    const active: Active = { ...run, answer, requests: [], logged: 0, loggedBefore: 0, restarts: 0, end: finish };
    this.runs.set(id, active);
    this.begin(id, active);
    return promise;
  }

  async close(): Promise<void> {
    clearInterval(this.watch);
    await this.worker?.terminate();
  }

  private begin(run: number, { modules, module, entry, params, facts }: Active): void {
    this.worker ??= this.startWorker();
    this.send({ kind: 'start', run, modules, module, entry, params, facts });
  }

  private startWorker(): Worker {
    const worker = new Worker(SCRIPT, {
      workerData: this.slice.buffer,
      // Nothing of the process is needed there: no settings, no arguments.
      ...{ env: {}, argv: [], execArgv: [], resourceLimits: { maxOldGenerationSizeMb: HEAP_MB } },
    });
    worker.unref();
    worker.on('message', (message: FromThread) => this.worker === worker && this.receive(message));
    worker.on('error', () => {});
    worker.once('exit', () => this.worker === worker && this.restart());
    return worker;
  }

  private send(message: ToThread): void {
    this.worker?.postMessage(message);
  }

  private receive(message: FromThread): void {
    const active = this.runs.get(message.run);
    if (!active) return;
    if (message.kind === 'end') active.end(message);
    else if (message.kind === 'request') this.answer(message, active);
    // What was logged before the thread was replaced is not logged again.
    else if (active.logged++ >= active.loggedBefore) active.log(message.json);
  }

  private answer({ run, request, method, json }: FromThread & { kind: 'request' }, active: Active): void {
    const known = active.requests[request];
    if (known && (known.method !== method || known.json !== json)) return active.end({ outcome: DIFFERS, cpuMs: 0 });
    const { answer } = known ?? (active.requests[request] = { method, json, answer: active.answer(request, method, json) });
    void answer.then((found) => this.runs.has(run) && this.send({ kind: 'answer', run, request, ...found }));
  }

  private replaceIfHung(): void {
    const hung = this.slice[SLICE.run]!;
    if (hung && Date.now() - this.slice[SLICE.since]! >= SLICE_MAX_MS) void this.worker?.terminate();
  }

  /** Begins the other runs of a thread that has ended again, in a new one. */
  private restart(): void {
    this.worker = undefined;
    this.runs.get(this.slice[SLICE.run]!)?.end({ outcome: HUNG, cpuMs: SLICE_MAX_MS });
    this.slice[SLICE.run] = 0;
    for (const [id, active] of this.runs) {
      if (active.restarts++ === RESTARTS_MAX) {
        active.end({ outcome: INTERRUPTED, cpuMs: 0 });
        continue;
      }
      active.loggedBefore = Math.max(active.logged, active.loggedBefore);
      active.logged = 0;
      this.begin(id, active);
    }
  }
}
