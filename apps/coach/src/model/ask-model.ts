import { NotConfigured, Problem, schemaOf, type Type } from '@skep/contracts';
import { ModelFailed } from '@skep/contracts/coach';
import {
  type Completion,
  type CompletionPart,
  type CompletionRequest,
  ModelRefused,
  models,
  type TokenUsage,
} from '@skep/contracts/models';
import { Bus, type Ctx, withKeySuffix } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { CoachConfig } from '../coach.config.js';
import { findValue, storable } from './find-value.js';
import { FirstRequests } from './first-requests.js';
import { Spending } from './spending.js';

/** As long as a model may take. */
const MODEL_MS = 130_000;
const ANSWER_TOKENS = 4_096;

/** What a language model is asked. What people and others wrote belongs into `prompt`, as data. */
export interface Question {
  system: string;
  prompt: string;
  /** The most that it may answer, in tokens; 4,096 by default. */
  maxTokens?: number;
  /** Gets the tokens of each answer. */
  used?: (usage: TokenUsage) => void;
}

/** A question whose answer is a value. */
export interface ValueQuestion<T extends object> extends Question {
  /** The class of the value: its fields are the schema that the model gets, and their checks apply. */
  answer: Type<T>;
  /** What is wrong with a value that the class accepts, for the model; undefined if nothing is. */
  check?: (value: T) => string | undefined;
}

/**
 * Asks a language model for a person. The tenant pays, as `SKEP_COACH_PAYER` says. The key of the context, such as that of a step of a run, names the
 * question: repeated, it is asked with the words of the first time, and is answered and charged once. Never ask inside a transaction.
 */
@Injectable()
export class AskModel {
  constructor(
    private readonly bus: Bus,
    private readonly config: CoachConfig,
    private readonly spending: Spending,
    private readonly requests: FirstRequests,
  ) {}

  /** Before a person is answered in parts: what would fail at once is then an error. @throws Problem `coach_budget_exceeded`, `not_configured` */
  async assertReady(ctx: Ctx): Promise<void> {
    await this.spending.assertLeft(ctx);
    const providers = await this.bus.call(models.listModelProviders, withKeySuffix(ctx, 'providers'), {});
    if (!providers.length) throw NotConfigured('This installation has no language model. Its operator must set SKEP_LLM_PROVIDER.');
  }

  /**
   * Gets a value: the model is made to call a function with it. One that does not fit is sent back once.
   * @throws Problem `model_failed` if it gives none; `coach_budget_exceeded`; `not_configured` and others of `models`
   */
  async value<T extends object>(ctx: Ctx, { answer, check, used, ...question }: ValueQuestion<T>): Promise<T> {
    const tool = { name: toolNameOf(answer), description: 'Takes your answer.', parameters: schemaOf(answer) };
    const request = { ...requestOf(question), tools: [tool], tool_choice: 'required' as const };
    const first = findValue(answer, await this.ask(withKeySuffix(ctx, 'ask'), request, { used }), check);
    if (first.value) return first.value;
    const messages = [
      { role: 'user' as const, content: question.prompt },
      { role: 'assistant' as const, content: first.text || 'No answer.' },
      { role: 'user' as const, content: `Your answer does not fit: ${first.fault}. Give all of it again, corrected.` },
    ];
    const second = findValue(answer, await this.ask(withKeySuffix(ctx, 'repair'), { ...request, prompt: '', messages }, { used }), check);
    if (second.value) return second.value;
    throw ModelFailed();
  }

  /**
   * Gets text, and its parts as they come; an answer that was stored by an earlier attempt comes as one part.
   * @throws Problem `model_failed`; `coach_budget_exceeded`; `model_unavailable` if it is interrupted; `not_configured` and others of `models`
   */
  async stream(ctx: Ctx, question: Question, onText: (text: string) => void): Promise<string> {
    let heard = '';
    const hear = (more: string) => {
      heard += more;
      if (more) onText(more);
    };
    const { text } = await this.ask(withKeySuffix(ctx, 'ask'), requestOf(question), {
      ...question,
      onText: (more) => hear(storable(more)),
    });
    hear(storable(text).slice(heard.length));
    return heard;
  }

  private async ask(ctx: Ctx, request: CompletionRequest, { onText, used }: Hearing): Promise<Completion> {
    await this.spending.assertLeft(ctx);
    const first = await this.requests.find(ctx, request);
    const asking = { ...ctx, deadline: Math.min(ctx.deadline, Date.now() + MODEL_MS) };
    const operation = this.config.SKEP_COACH_PAYER === 'tenant' ? models.complete : models.buyCompletion;
    try {
      const answer = onText
        ? await this.bus.callInParts(operation, asking, first, ({ text }: CompletionPart) => onText(text))
        : await this.bus.call(operation, asking, first);
      await this.spending.add(ctx, answer.fee);
      used?.(answer.usage);
      return answer;
    } catch (error) {
      // What the model refuses is not the caller's input.
      if (error instanceof Problem && error.body.code === ModelRefused.code) throw ModelFailed();
      throw error;
    }
  }
}

/** What receives an answer. */
interface Hearing {
  onText?: (text: string) => void;
  used?: Question['used'];
}

const requestOf = ({ system, prompt, maxTokens = ANSWER_TOKENS }: Question): CompletionRequest => ({
  ...{ system, prompt, messages: null, extension_id: '', max_tokens: maxTokens, agent_id: 'coach' },
});

/** `BoardPlan` → `board_plan`. */
const toolNameOf = ({ name }: Type): string => name.replace(/(?<=.)[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
