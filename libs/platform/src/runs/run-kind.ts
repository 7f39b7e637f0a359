/** What happens with a run whose lane is busy: it waits, it replaces those before it, or it is refused. */
export type Overlap = 'queue' | 'replace' | 'refuse';

export interface RunOptions {
  /** A run ends after this time, in milliseconds, whatever it does: a day by default. */
  deadlineMs: number;
  /** How often a failed run is tried again: 4 times by default. */
  retries: number;
  /** The pause before the first of them, in milliseconds: a second by default. Each further one is twice as long, up to five minutes. */
  retryAfterMs: number;
  overlap: Overlap;
  /** How many runs of this kind one person may have at once; further ones wait. No limit by default. */
  atOnce?: number;
  /** How many runs of this kind a process does at once: work that no one waits for leaves room for other kinds. No limit of its own by default. */
  perProcess?: number;
}

/** A kind of runs: its name in the service's database, the input and the result of its handler. */
export interface RunKind<I extends object = object, O = unknown> extends RunOptions {
  name: string;
  /** Never set: they only carry the types. */
  input?: I;
  result?: O;
}

/** Declares a kind of runs: `runKind<TurnInput, Reply>('agent.turn', { overlap: 'queue' })`. A class with `@OnRun(kind)` handles it. */
export const runKind = <I extends object, O = void>(name: string, options: Partial<RunOptions> = {}): RunKind<I, O> => ({
  name,
  deadlineMs: 86_400_000,
  retries: 4,
  retryAfterMs: 1_000,
  overlap: 'queue',
  ...options,
});
