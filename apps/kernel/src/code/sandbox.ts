import { EvalFlags, type JSValueHandle, QuickJS } from 'quickjs-wasi';
import type { Engine } from './engine.js';
import { isRelative, resolveImport } from '../ir/modules.js';
import { type Answer, type Outcome, type StartRun, type ThrownError, TOO_MUCH_CPU } from './messages.js';
import { ProcessorTime } from './processor-time.js';

/** Bytes that the code of one call may hold. */
export const MEMORY_MAX = 16 * 1024 * 1024;
const STACK_MAX = 256 * 1024;
/** Of one call. More would fill the memory of the process, which has them until they are answered. */
const REQUESTS_MAX = 200;
const REQUESTED_CHARS_MAX = 4 * 1024 * 1024;
const LOG_LINES_MAX = 100;
const LOG_LINE_CHARS_MAX = 8 * 1024;

const NEVER_ENDS = 'the function waits for something that never happens';
const TOO_MANY_REQUESTS = `the function made more than ${REQUESTS_MAX} requests to ctx`;
const TOO_MUCH_SENT = `the function passed more than ${REQUESTED_CHARS_MAX / 1024 / 1024} MiB to ctx`;
const TOO_MUCH_MEMORY = `the function used more than ${MEMORY_MAX / 1024 / 1024} MiB of memory`;

/** What a sandbox reports about its run. */
export interface Listener {
  /** Before and after the code computes. */
  computes(begins: boolean): void;
  request(request: number, method: string, json: string): void;
  log(json: string): void;
  end(outcome: Outcome, cpuMs: number): void;
}

/**
 * One call of a function of an app, in an instance of QuickJS of its own: its memory is an array of bytes that no other call shares, and
 * nothing of the outside exists in it but the functions of `createContext`. It is thrown away when the call ends.
 */
export class Sandbox {
  private requests = 0;
  private requestedChars = 0;
  private open = 0;
  private logged = 0;
  /** The limit that was reached. */
  private limit: string | undefined;
  private outcome: Outcome | undefined;
  private api: JSValueHandle | undefined;

  private constructor(
    private readonly vm: QuickJS,
    private readonly time: ProcessorTime,
    private readonly listener: Listener,
  ) {}

  static async start(engine: Engine, run: StartRun, listener: Listener): Promise<Sandbox> {
    const time = new ProcessorTime();
    const texts = Object.values(run.modules);
    const vm = await QuickJS.create({
      ...engine.optionsFor(texts),
      memoryLimit: MEMORY_MAX,
      maxStackSize: STACK_MAX,
      timezoneOffset: 0,
      interruptHandler: () => time.isUp(),
      moduleLoader: { normalize: importedFrom, load: (path: string) => textOf(run.modules, path) },
    });
    const sandbox = new Sandbox(vm, time, listener);
    sandbox.compute(() => {
      for (const prelude of engine.preludesFor(texts)) vm.evalBytecode(prelude).dispose();
      sandbox.begin(run, vm.evalBytecode(engine.context));
    });
    return sandbox;
  }

  /** Whether the run has ended. */
  get hasEnded(): boolean {
    return this.outcome !== undefined;
  }

  answer(request: number, { ok, json }: Answer): void {
    this.open--;
    this.compute(() => this.callApi('answer', this.vm.newNumber(request), ok ? this.vm.true : this.vm.false, this.vm.newString(json)));
  }

  warn(): void {
    this.compute(() => this.callApi('warn'));
  }

  dispose(): void {
    this.outcome ??= { kind: 'limit', message: NEVER_ENDS };
    this.vm.dispose();
  }

  private begin({ modules, module, entry, params, facts }: StartRun, createContext: JSValueHandle): void {
    const { vm } = this;
    const request = vm.newFunction('request', (method, json) => {
      this.request(`${method?.toString()}`, `${json?.toString()}`);
      return vm.newNumber(this.requests++);
    });
    const log = vm.newFunction('log', (json) => {
      if (this.logged++ < LOG_LINES_MAX) this.listener.log(shortened(`${json?.toString()}`));
      this.stopIfTimeIsUp();
      return vm.undefined;
    });
    const end = vm.newFunction('end', (kind, json) => {
      const text = `${json?.toString()}`;
      this.outcome ??=
        kind?.toString() === 'result' ? { kind: 'result', json: text } : { kind: 'thrown', error: JSON.parse(text) as ThrownError };
      return vm.undefined;
    });
    this.api = vm.callFunction(createContext, vm.undefined, request, log, end);
    const loaded = vm.evalCode(textOf(modules, module), module, EvalFlags.TYPE_MODULE);
    this.callApi('start', loaded, vm.newString(entry), vm.newString(params), vm.newString(JSON.stringify(facts)));
  }

  private request(method: string, json: string): void {
    this.open++;
    this.requestedChars += json.length;
    if (this.requests >= REQUESTS_MAX) this.limit ??= TOO_MANY_REQUESTS;
    if (this.requestedChars > REQUESTED_CHARS_MAX) this.limit ??= TOO_MUCH_SENT;
    if (this.limit) this.time.stop();
    else this.listener.request(this.requests, method, json);
    this.stopIfTimeIsUp();
  }

  /** The engine looks at the clock once in thousands of operations. Code whose operations are long ones is made to look. */
  private stopIfTimeIsUp(): void {
    if (this.time.isUp()) this.vm.evalCode('for (;;);');
  }

  private callApi(name: string, ...args: JSValueHandle[]): void {
    if (!this.api) return;
    this.vm.callFunction(this.api.getProp(name), this.vm.undefined, ...args).dispose();
  }

  /** Lets the code run until it waits or has ended. */
  private compute(work: () => void): void {
    if (this.hasEnded) return;
    this.listener.computes(true);
    this.time.begin();
    try {
      work();
      this.vm.executePendingJobs();
    } catch (error) {
      this.outcome ??= toOutcome(error);
    }
    this.time.end();
    this.listener.computes(false);
    if (this.time.isExceeded) this.outcome = { kind: 'limit', message: this.limit ?? TOO_MUCH_CPU };
    else if (this.open === 0) this.outcome ??= { kind: 'limit', message: NEVER_ENDS };
    if (this.outcome) this.end(this.outcome);
  }

  private end(outcome: Outcome): void {
    const left = this.logged - LOG_LINES_MAX;
    if (left > 0) this.listener.log(lineOf(`${left} more lines were left out`));
    this.listener.end(outcome, this.time.usedMs);
  }
}

const lineOf = (message: string): string => JSON.stringify({ level: 'warn', message, fields: {} });
const shortened = (line: string): string =>
  line.length > LOG_LINE_CHARS_MAX ? lineOf(`a line of more than ${LOG_LINE_CHARS_MAX / 1024} KiB was left out`) : line;

/** The code of an app imports only its own modules, by relative paths. */
function importedFrom(from: string, specifier: string): string {
  if (!isRelative(specifier))
    throw new Error(`'${specifier}' cannot be imported: a module imports only others of its app, such as './text.js'`);
  return resolveImport(from, specifier);
}

function textOf(modules: StartRun['modules'], path: string): string {
  if (!Object.hasOwn(modules, path)) throw new Error(`the app has no module '${path}'`);
  return modules[path]!;
}

function toOutcome(error: unknown): Outcome {
  const { message, stack } = error as Error;
  return /out of memory/.test(message)
    ? { kind: 'limit', message: TOO_MUCH_MEMORY }
    : { kind: 'thrown', error: { message, ...(stack && { stack }) } };
}
