import type { Ctx } from '@skep/platform';
import type { JsonObject } from '../ir/ir.js';
import type { ResolvedApp } from './app-resolver.js';

/** The state of one running call. A call that a step makes is nested: it has its own state. */
export interface CallExecution {
  /** The id of its action. */
  id: string;
  ctx: Ctx;
  /** How many attempts under its Idempotency-Key failed before with a retryable error. */
  attempt: number;
  app: ResolvedApp;
  /** The function's name. */
  name: string;
  params: JsonObject;
  /** The id of the outermost call; null for the outermost call itself. */
  chainId: string | null;
  /** `app/function` of the calls around this one, outermost first, and of this one. */
  callPath: readonly string[];
  /** Whether a step of another app is above this call, so that the user did not ask for it by name. */
  calledByOtherApp: boolean;
  /** Aborts shortly before the deadline, so that time is left to answer. */
  signal: AbortSignal;
  /** Whether it waits while its caller has too many calls running (calls of a batch and of steps), or is refused. */
  waitsForSlot: boolean;
  /** performance.now() at its start. */
  startedAt: number;
  /** What it used of the language model so far; `fee` in credits. */
  llm: { calls: number; tokens: number; model: string | null; fee: number };
  /** The credits reserved for it; undefined if it costs nothing. */
  hold?: Hold;
  /** How billing counted it as an action: before it began, or possibly, under this key; undefined if it is not counted. */
  counted?: true | { possiblyUnder: string };
  /** Steps with side effects started so far. */
  steps: number;
  /** Calls that steps may still make, over all calls nested in the outermost one: without it, depth would multiply breadth. */
  nestedCalls: { left: number };
}

/** Credits reserved before a call. */
export interface Hold {
  id: string;
  base_price: number;
}

const PANEL_PREFIX = '__panel__';

/** The panel that a function name asks for (`__panel__<id>`); undefined for a plain function. */
export const panelIdOf = (name: string): string | undefined =>
  name.startsWith(PANEL_PREFIX) ? name.slice(PANEL_PREFIX.length) : undefined;
