import { Injectable } from '@nestjs/common';
import { IrError } from '../ir/ir-error.js';
import type { Verbs } from '../ir/verbs.js';
import { KernelConfig } from '../kernel.config.js';
import { Models } from './models.js';

type Asked = Parameters<Verbs['aiComplete']>[0];
export interface Completion {
  text: string;
  model: string;
  tokens: number;
  /** What a call that asks this model costs, in credits. */
  fee: number;
}
type Answer = Omit<Completion, 'fee'>;
/** How both SDKs name their errors. */
interface Sdk {
  APIError: abstract new (...args: never[]) => Error & { status?: number };
  APIConnectionTimeoutError: abstract new (...args: never[]) => Error;
  APIUserAbortError: abstract new (...args: never[]) => Error;
}
interface Question {
  prompt: string;
  model: string;
  temperature?: number;
  max_tokens: number;
}

const TOKENS = 2_048;
const TOKENS_MAX = 8_192;
const RETRIES = 1;
const NOT_CONFIGURED =
  'This installation has no language model: its operator must set SKEP_LLM_PROVIDER (openai or anthropic), SKEP_LLM_MODEL, and SKEP_LLM_API_KEY or SKEP_LLM_BASE_URL.';

/** The language model: any endpoint that speaks OpenAI's chat completions or Anthropic's messages. */
@Injectable()
export class Ai {
  readonly models: Models;
  private client?: Promise<(question: Question, signal: AbortSignal) => Promise<Answer>>;

  constructor(private readonly config: KernelConfig) {
    this.models = new Models(config);
  }

  get provider(): string | undefined {
    return this.config.SKEP_LLM_PROVIDER;
  }

  /**
   * One answer to one prompt, within SKEP_LLM_TIMEOUT_MS, a second try included. A model that the operator has not listed is answered by the one he chose, so that an app runs everywhere.
   * Throws IrError LLM_NOT_CONFIGURED, RATE_LIMITED, BACKEND_TIMEOUT, BACKEND_5XX, or VALIDATION_TYPE_ERROR when the request is refused.
   */
  async complete({ prompt, model, temperature, max_tokens = TOKENS }: Asked, signal?: AbortSignal): Promise<Completion> {
    const answering = this.models.answering(model);
    if (!answering) throw new IrError('LLM_NOT_CONFIGURED', NOT_CONFIGURED);
    this.client ??= this.provider === 'openai' ? this.openai() : this.anthropic();
    const ask = await this.client;
    const late = AbortSignal.timeout(this.config.SKEP_LLM_TIMEOUT_MS);
    const answer = await ask(
      {
        prompt,
        model: answering,
        ...(temperature !== undefined && { temperature }),
        max_tokens: Math.min(max_tokens, TOKENS_MAX),
      },
      signal ? AbortSignal.any([signal, late]) : late,
    );
    return { ...answer, fee: this.models.feeOf(answering) };
  }

  private get options() {
    const { SKEP_LLM_API_KEY: apiKey, SKEP_LLM_BASE_URL: baseURL } = this.config;
    return { apiKey, maxRetries: RETRIES, ...(baseURL && { baseURL }) };
  }

  // The SDKs are large: each is loaded when it is first needed.
  private async openai() {
    const { default: OpenAI } = await import('openai');
    const client = new OpenAI(this.options);
    return async ({ prompt, ...question }: Question, signal: AbortSignal) => {
      const answer = await told(OpenAI, () =>
        client.chat.completions.create({ ...question, messages: [{ role: 'user', content: prompt }] }, { signal }),
      );
      return read(answer.choices?.[0]?.message?.content, answer.model, answer.usage?.total_tokens);
    };
  }

  private async anthropic() {
    const { default: Anthropic } = await import('@anthropic-ai/sdk');
    const client = new Anthropic(this.options);
    return async ({ prompt, ...question }: Question, signal: AbortSignal) => {
      const answer = await told(Anthropic, () =>
        client.messages.create({ ...question, messages: [{ role: 'user', content: prompt }] }, { signal }),
      );
      const { content, usage } = answer;
      const texts = Array.isArray(content) ? content.flatMap((block) => (block.type === 'text' ? [block.text] : [])) : undefined;
      return read(texts?.join(''), answer.model, (usage?.input_tokens ?? 0) + (usage?.output_tokens ?? 0));
    };
  }
}

function read(text: unknown, model: unknown, tokens: unknown): Answer {
  if (typeof text !== 'string') throw new IrError('BACKEND_5XX', 'the language model gave an answer that cannot be read');
  return { text, model: String(model ?? ''), tokens: Number.isSafeInteger(tokens) ? Number(tokens) : 0 };
}

/** Does the request, and tells its failures as a function's caller should hear them: never with the provider's own words. */
async function told<T>(sdk: Sdk, request: () => PromiseLike<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (error instanceof sdk.APIUserAbortError || error instanceof sdk.APIConnectionTimeoutError)
      throw new IrError('BACKEND_TIMEOUT', 'the language model did not answer in time');
    const status = error instanceof sdk.APIError ? (error.status ?? 503) : 503;
    if (status === 429) throw new IrError('RATE_LIMITED', 'the language model is asked too much; try again later');
    if (status === 401 || status === 403) throw new IrError('LLM_NOT_CONFIGURED', 'the language model refuses the key in SKEP_LLM_API_KEY');
    if (status >= 400 && status < 500) throw new IrError('VALIDATION_TYPE_ERROR', `the language model refuses the request (${status})`);
    throw new IrError('BACKEND_5XX', 'the language model is temporarily unavailable');
  }
}
