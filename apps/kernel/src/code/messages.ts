/** What the code of an app knows of its call. */
export interface CallFacts {
  app: { id: string; version: string };
  user: { id: string };
  call_id: string;
}

/** A function of a release to run: the text of its modules by path, and which of them exports it. `params` are JSON. */
export interface StartRun {
  kind: 'start';
  run: number;
  modules: Readonly<Record<string, string>>;
  module: string;
  entry: string;
  params: string;
  facts: CallFacts;
}

/** What came of a request of the code: JSON, or of an error its message and code. */
export interface Answer {
  ok: boolean;
  json: string;
}

/** To a thread. `warn` says that the deadline is near, `stop` ends the run. */
export type ToThread = StartRun | ({ kind: 'answer'; run: number; request: number } & Answer) | { kind: 'warn' | 'stop'; run: number };

/** Milliseconds of processor time of one call. */
export const CPU_MAX_MS = 1_000;
export const TOO_MUCH_CPU = `the function used more than ${CPU_MAX_MS} ms of processor time`;

/** Why a run ended: its result, what the code threw, or a limit. */
export type Outcome = { kind: 'result'; json: string } | { kind: 'thrown'; error: ThrownError } | { kind: 'limit'; message: string };

/** What the code of an app threw. */
export interface ThrownError {
  message: string;
  code?: string;
  stack?: string;
}

/** From a thread. Requests of a run are numbered from 0; the same code with the same answers makes the same ones. */
export type FromThread =
  | { kind: 'request'; run: number; request: number; method: string; json: string }
  | { kind: 'log'; run: number; json: string }
  | { kind: 'end'; run: number; outcome: Outcome; cpuMs: number };

/** What runs on a thread's processor, and since when, as two numbers in shared memory: the run, 0 for none, and milliseconds since 1970. */
export const SLICE = { run: 0, since: 1, length: 2 } as const;
