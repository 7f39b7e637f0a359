import type { Ctx } from '@skep/platform';
import type { JsonObject } from '../ir/ir.js';
import type { App } from './apps.js';

/** One call at work. A call made by a step is another one, within it. */
export interface RunningCall {
  /** Of its line in the ledger. */
  id: string;
  ctx: Ctx;
  /** How often it has failed before under its Idempotency-Key, in a way that may be over by now. */
  attempt: number;
  app: App;
  /** The function's name. */
  name: string;
  params: JsonObject;
  /** The outermost call's id; null for the outermost itself. */
  chain: string | null;
  /** `app/function` of every call that this one is within, its own last. */
  path: readonly string[];
  /** Whether a step of another app is above it, so that its person has not asked for it by name. */
  throughAnother: boolean;
  /** Aborts a little before the deadline, so that there is time left to answer. */
  signal: AbortSignal;
  /** Whether it waits for room where its caller has too many under way, as calls of a batch and of steps do. */
  waits: boolean;
  /** performance.now() at its start. */
  started: number;
  /** What the language model has cost so far. */
  llm: { calls: number; tokens: number; model: string | null; fee: number };
  /** What was reserved for it; undefined where it costs nothing. */
  hold?: Hold;
  /** How billing has counted it as an action: before it began, or perhaps, under this key; undefined where it has not. */
  counted?: true | { perhaps: string };
  /** Steps begun so far that do something to the world. */
  steps: number;
  /** Calls that steps may still make, over all calls within the outermost one: without it, depth would multiply breadth. */
  budget: { left: number };
}

/** Credits reserved for a call before it began. */
export interface Hold {
  id: string;
  base_price: number;
}

const PANEL = '__panel__';

/** The panel that a function's name asks for. */
export const panelOf = (name: string): string | undefined => (name.startsWith(PANEL) ? name.slice(PANEL.length) : undefined);
