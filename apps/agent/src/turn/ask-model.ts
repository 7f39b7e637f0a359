import { Problem } from '@skep/contracts';
import type { TurnChunk, TurnStarted } from '@skep/contracts/agent';
import { type Completion, type CompletionPart, type CompletionRequest, models, type ModelToolCall } from '@skep/contracts/models';
import { Bus, LOG, type Log, parsePosition, type Run, type RunEvent, Runs, RunStopped, type Step } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { Shown } from '../socket/show.js';
import { ShownEvents } from '../socket/shown-events.js';
import { messageIdOf, type TurnError } from './turn-kind.js';

const MODEL_MS = 130_000;
const STOP_MS = 5_000;
/** Another attempt may find the models again. */
const TEMPORARY = ['unavailable', 'deadline_exceeded', 'idempotency_in_progress'];

/** What a model said in one step. */
export interface Reply {
  text: string;
  tool_calls: ModelToolCall[];
  model: string;
  provider: string;
  stop_reason: string;
  /** What it used, if that is known. */
  tokens?: number;
  credits?: number;
  /** Why it broke off, or did not begin. */
  error?: TurnError;
}

/** How words of a step are shown. */
interface Asking {
  /** Gets the words that are shown, so that they are kept if the turn is cancelled. */
  said: (text: string) => void;
  /** What was said in earlier steps. */
  before: string;
  shown: Shown;
  /** It is a turn of a coding session, which has prices of its own and shows what it uses. */
  isCoding: boolean;
}

/** Asks a language model as a step of a turn, and shows its words as they come. */
@Injectable()
export class AskModel {
  constructor(
    private readonly bus: Bus,
    private readonly runs: Runs,
    private readonly events: ShownEvents,
    @Inject(LOG) private readonly log: Log,
  ) {}

  run(run: Run, name: string, request: CompletionRequest, asking: Asking & { isFirst: boolean }): Promise<Reply> {
    const { said, before, shown, isFirst } = asking;
    return run.step(name, async (step) => {
      const earlier = run.attempt > 1 && shown.showsWords ? await this.readShown(run) : [];
      if (isFirst && !earlier.length) shown.emit(step, 'start', { message_id: messageIdOf(run.id) } satisfies TurnStarted);
      const words = textOf(earlier).slice(before.length);
      if (words) {
        const text = before ? words.slice(SEPARATOR.length) : words;
        said(text);
        return interrupted(text);
      }
      return this.ask(step, request, asking);
    });
  }

  private async ask(
    step: Step,
    request: CompletionRequest,
    { said, before, shown, isFirst, isCoding }: Asking & { isFirst: boolean },
  ): Promise<Reply> {
    let text = '';
    const show = (more: string, model: string) => {
      if (!more || step.signal.aborted) return;
      const content = before && !text ? `${SEPARATOR}${more}` : more;
      text += more;
      said(more);
      shown.emit(step, 'chunk', { content, model } satisfies TurnChunk);
    };
    try {
      const ctx = { ...step.ctx, deadline: Date.now() + MODEL_MS };
      const hear = (part: CompletionPart) => show(part.text, part.model);
      const asking = isCoding
        ? this.bus.callInParts(models.buyCodingCompletion, ctx, { ...request, is_first: isFirst }, hear)
        : this.bus.callInParts(models.buyCompletion, ctx, request, hear);
      const reply = await orStopped(asking, step.signal);
      // An answer that was stored by an earlier attempt comes without parts.
      show(reply.text.slice(text.length), reply.model);
      const { tool_calls, model, provider, stop_reason, tokens_used: tokens, fee: credits } = reply;
      if (isCoding) shown.emit(step, 'usage', { tokens, credits });
      return { text, tool_calls, model, provider, stop_reason, tokens, credits };
    } catch (error) {
      if (!(error instanceof Problem)) {
        this.stopProvider(step);
        throw error;
      }
      if (text) return interrupted(text);
      if (TEMPORARY.includes(error.body.code)) throw error;
      return { ...interrupted(''), error: toTurnError(error) };
    }
  }

  /** No one waits for the answer of a turn that was cancelled. Another attempt would take it. */
  private stopProvider({ key, ctx, signal }: Step): void {
    const why = signal.aborted && signal.reason instanceof RunStopped ? signal.reason.why : undefined;
    if (why !== 'cancelled' && why !== 'late') return;
    const stopping = this.bus.call(models.stopCompletion, { ...ctx, idempotencyKey: undefined, deadline: Date.now() + STOP_MS }, { key });
    stopping.catch((error: unknown) => this.log.warn({ error }, 'the provider of a cancelled turn could not be stopped'));
  }

  /** What attempts before this one have shown. */
  private async readShown({ id, attempt }: Run): Promise<RunEvent[]> {
    const events = await this.events.read(id, (await this.runs.find(id))?.age_ms ?? 0);
    return events.filter((event) => attemptOf(event) < attempt);
  }
}

/** Between the words of two steps. */
export const SEPARATOR = '\n\n';

const textOf = (events: readonly RunEvent[]): string =>
  events.flatMap(({ type, data }) => (type === 'chunk' ? [(data as TurnChunk).content] : [])).join('');

/** The id of an event is the position after it. */
function attemptOf({ id }: RunEvent): number {
  const position = parsePosition(id);
  return position && 'attempt' in position ? position.attempt : 0;
}

const interrupted = (text: string): Reply => ({
  ...{ text, tool_calls: [], model: '', provider: '', stop_reason: 'interrupted' },
  error: { code: 'provider_error', message: 'LLM provider error', retryable: true },
});

/** Failures of providers have our own texts; those of budgets and settings say what to do. */
function toTurnError({ body: { code, title, status, detail }, retryAfter }: Problem): TurnError {
  const isOfProvider = status === 502 || status === 504 || ['model_rate_limited', 'model_refused'].includes(code);
  if (isOfProvider) return { code: 'provider_error', message: 'LLM provider error', retryable: retryAfter !== undefined };
  return { code, message: typeof detail === 'string' ? detail : title, retryable: retryAfter !== undefined };
}

/** @throws the reason of the signal, once it is aborted */
export async function orStopped(asking: Promise<Completion>, signal: AbortSignal): Promise<Completion> {
  asking.catch(() => undefined);
  let stop: () => void = () => undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([asking, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
