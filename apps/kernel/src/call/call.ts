import type { Changes } from '../store/changes.js';
import type { CallResult, McpRound } from '@skep/contracts/kernel';
import type { Ctx } from '@skep/platform';
import type { JsonObject } from '../ir/ir.js';
import type { ResolvedApp } from './app-resolver.js';

/** Who makes a call: a caller from outside, or a step of another call. */
export interface CallParent {
  /** The id of the outermost call; null for the outermost call itself. */
  readonly chainId: string | null;
  /** `app/function` of the calls around it, outermost first. */
  readonly callPath: readonly string[];
  /** Whether a step of another app is above it, so that the user did not ask for it by name. */
  readonly calledByOtherApp: boolean;
  /** Aborts shortly before the deadline, so that time is left to answer. */
  readonly signal: AbortSignal;
  /** Whether it waits while its caller has too many calls running (calls of a batch and of steps), or is refused. */
  readonly waitsForSlot: boolean;
  /** Where it comes from, for its action. */
  readonly source: 'api' | 'automation' | 'webhook' | 'skeleton';
  /** Calls that steps may still make, over all calls nested in the outermost one: without it, depth would multiply breadth. */
  readonly nestedCalls: { left: number };
  /** What its MCP client can be asked, and has answered; undefined for other callers. */
  readonly round?: McpRound | undefined;
}

/** One call, as it starts. A call that a step makes is a call of its own. */
export interface Call extends CallParent {
  /** The id of its action. */
  readonly id: string;
  /** Its caller’s, with the call as the cause of what it does. */
  readonly ctx: Ctx;
  /** What made it: see `Ctx.cause`. */
  readonly causeId: string | undefined;
  /** How many attempts under its Idempotency-Key failed before with a retryable error. */
  readonly attempt: number;
  readonly app: ResolvedApp;
  /** The function's name. */
  readonly name: string;
  readonly params: JsonObject;
  /** performance.now() at its start. */
  readonly startedAt: number;
}

/** What of a call its code may concern. */
export type CodeCall = Pick<Call, 'id' | 'ctx' | 'name' | 'signal'> & {
  app: Pick<ResolvedApp, 'id' | 'version' | 'modules' | 'permissions' | 'payer'>;
  /** What it changes; undefined where it only reads. */
  changes?: Changes;
};

/** Who pays for a call and whose plan it counts against: its user, or for a webhook the app's developer. */
export const payerOf = ({ ctx, app }: { ctx: Ctx; app: Pick<ResolvedApp, 'payer'> }): Ctx =>
  app.payer === undefined ? ctx : { ...ctx, user: app.payer };

/** Credits reserved before a call. */
export interface Hold {
  readonly id: string;
  readonly base_price: number;
}

/** How billing admitted a call. */
export interface Admission {
  /** The credits reserved for it; undefined if it costs nothing. */
  readonly hold?: Hold;
  /** How billing counted it as an action: before it began, or possibly, under this key; undefined if it is not counted. */
  readonly counted?: true | { possiblyUnder: string };
}

/** What a call used of the language model; `fee` and `token_fee` in credits. */
export interface ModelUsage {
  calls: number;
  tokens: number;
  provider: string | null;
  model: string | null;
  fee: number;
  token_fee: number;
}

/** What a function that succeeded returns, the messages that it sends, and what is changed when the call is recorded. */
export type Success = Pick<CallResult, 'data'> &
  Partial<Pick<CallResult, 'ui' | 'summary' | 'data_format'>> & { messages?: JsonObject[]; changes?: Changes };

/** A call that ran, or failed to. */
export interface FinishedCall {
  readonly call: Call;
  readonly admission: Admission;
  readonly usage: Readonly<ModelUsage>;
  readonly result: CallResult;
  readonly messages: readonly JsonObject[];
  /** Made when the call is recorded. */
  readonly changes?: Changes;
}

const PANEL_PREFIX = '__panel__';
const SECTION_PREFIX = '__skeleton__';

/** The panel that a function name asks for (`__panel__<id>`); undefined for a plain function. */
export const panelIdOf = (name: string): string | undefined =>
  name.startsWith(PANEL_PREFIX) ? name.slice(PANEL_PREFIX.length) : undefined;

/** The name of the call that makes a section of a skeleton. Only the kernel makes it. */
export const nameOfSection = (section: string): string => `${SECTION_PREFIX}${section}`;

/** The section that such a call makes; undefined for every other call. */
export const sectionOf = ({ name, source }: Pick<Call, 'name'> & Partial<Pick<Call, 'source'>>): string | undefined =>
  source === 'skeleton' && name.startsWith(SECTION_PREFIX) ? name.slice(SECTION_PREFIX.length) : undefined;
