import { annotateSpan, inSpan } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { IrError } from '../ir/ir-error.js';
import type { Verbs } from '../ir/verbs.js';
import { KernelConfig } from '../kernel.config.js';
import { Models } from './models.js';

type CompletionRequest = Parameters<Verbs['aiComplete']>[0];
/** A model's answer to one prompt. */
export interface Completion {
  text: string;
  model: string;
  tokens: number;
  /** What a call pays for using this model, in credits. */
  fee: number;
}
type ModelAnswer = Omit<Completion, 'fee'>;
/** The error classes that both SDKs have. */
interface SdkErrors {
  APIError: abstract new (...args: never[]) => Error & { status?: number };
  APIConnectionTimeoutError: abstract new (...args: never[]) => Error;
  APIUserAbortError: abstract new (...args: never[]) => Error;
}
interface ModelPrompt {
  prompt: string;
  model: string;
  temperature?: number;
  max_tokens: number;
}

const TOKENS_DEFAULT = 2_048;
const TOKENS_MAX = 8_192;
const RETRIES_MAX = 1;
const NOT_CONFIGURED =
  'This installation has no language model. Its operator must set SKEP_LLM_PROVIDER (openai or anthropic), SKEP_LLM_MODEL, and SKEP_LLM_API_KEY or SKEP_LLM_BASE_URL.';

/** The language model: any endpoint that speaks OpenAI's chat completions or Anthropic's messages. */
@Injectable()
export class LanguageModel {
  readonly models: Models;
  private client?: Promise<(request: ModelPrompt, signal: AbortSignal) => Promise<ModelAnswer>>;

  constructor(private readonly config: KernelConfig) {
    this.models = new Models(config);
  }

  get provider(): string | undefined {
    return this.config.SKEP_LLM_PROVIDER;
  }

  /**
   * Answers one prompt within SKEP_LLM_TIMEOUT_MS, including one retry. A model that the operator did not list is replaced by
   * SKEP_LLM_MODEL, so that an app runs on every installation.
   * Throws IrError LLM_NOT_CONFIGURED, RATE_LIMITED, BACKEND_TIMEOUT, BACKEND_5XX, or VALIDATION_TYPE_ERROR if the provider refuses the request.
   */
  async complete(
    { prompt, model, temperature, max_tokens = TOKENS_DEFAULT }: CompletionRequest,
    signal?: AbortSignal,
  ): Promise<Completion> {
    const resolved = this.models.resolve(model);
    if (!resolved) throw new IrError('LLM_NOT_CONFIGURED', NOT_CONFIGURED);
    this.client ??= this.provider === 'openai' ? this.openai() : this.anthropic();
    const complete = await this.client;
    const timeout = AbortSignal.timeout(this.config.SKEP_LLM_TIMEOUT_MS);
    const request = {
      prompt,
      model: resolved,
      ...(temperature !== undefined && { temperature }),
      max_tokens: Math.min(max_tokens, TOKENS_MAX),
    };
    const attributes = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': this.provider,
      'gen_ai.request.model': resolved,
      'gen_ai.request.max_tokens': request.max_tokens,
      'gen_ai.request.temperature': temperature,
    };
    const answer = await inSpan(`chat ${resolved}`, attributes, () =>
      complete(request, signal ? AbortSignal.any([signal, timeout]) : timeout),
    );
    return { ...answer, fee: this.models.feeOf(resolved) };
  }

  private get options() {
    const { SKEP_LLM_API_KEY: apiKey, SKEP_LLM_BASE_URL: baseURL } = this.config;
    return { apiKey, maxRetries: RETRIES_MAX, ...(baseURL && { baseURL }) };
  }

  // The SDKs are large, so each is loaded on first use.
  private async openai() {
    const { default: OpenAI } = await import('openai');
    const client = new OpenAI(this.options);
    return async ({ prompt, ...request }: ModelPrompt, signal: AbortSignal) => {
      const answer = await withTranslatedErrors(OpenAI, () =>
        client.chat.completions.create({ ...request, messages: [{ role: 'user', content: prompt }] }, { signal }),
      );
      annotateUsage(answer.model, answer.usage?.prompt_tokens, answer.usage?.completion_tokens);
      return toModelAnswer(answer.choices?.[0]?.message?.content, answer.model, answer.usage?.total_tokens);
    };
  }

  private async anthropic() {
    const { default: Anthropic } = await import('@anthropic-ai/sdk');
    const client = new Anthropic(this.options);
    return async ({ prompt, ...request }: ModelPrompt, signal: AbortSignal) => {
      const answer = await withTranslatedErrors(Anthropic, () =>
        client.messages.create({ ...request, messages: [{ role: 'user', content: prompt }] }, { signal }),
      );
      const { content, usage } = answer;
      annotateUsage(answer.model, usage?.input_tokens, usage?.output_tokens);
      const texts = Array.isArray(content) ? content.flatMap((block) => (block.type === 'text' ? [block.text] : [])) : undefined;
      return toModelAnswer(texts?.join(''), answer.model, (usage?.input_tokens ?? 0) + (usage?.output_tokens ?? 0));
    };
  }
}

const annotateUsage = (model?: string, inputTokens?: number, outputTokens?: number) =>
  annotateSpan({
    'gen_ai.response.model': model,
    'gen_ai.usage.input_tokens': inputTokens,
    'gen_ai.usage.output_tokens': outputTokens,
  });

function toModelAnswer(text: unknown, model: unknown, tokens: unknown): ModelAnswer {
  if (typeof text !== 'string') throw new IrError('BACKEND_5XX', 'the language model returned an answer without text');
  return { text, model: String(model ?? ''), tokens: Number.isSafeInteger(tokens) ? Number(tokens) : 0 };
}

/** Runs the request and replaces the provider's errors by IrErrors, so that no text of the provider reaches the function's caller. */
async function withTranslatedErrors<T>(sdk: SdkErrors, request: () => PromiseLike<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (error instanceof sdk.APIUserAbortError || error instanceof sdk.APIConnectionTimeoutError)
      throw new IrError('BACKEND_TIMEOUT', 'the language model did not answer in time');
    const status = error instanceof sdk.APIError ? (error.status ?? 503) : 503;
    if (status === 429) throw new IrError('RATE_LIMITED', 'the language model has received too many requests; try again later');
    if (status === 401 || status === 403)
      throw new IrError('LLM_NOT_CONFIGURED', 'the language model rejected the key in SKEP_LLM_API_KEY; the operator must replace it');
    if (status >= 400 && status < 500)
      throw new IrError('VALIDATION_TYPE_ERROR', `the language model rejected the request (HTTP ${status})`);
    throw new IrError('BACKEND_5XX', 'the language model is temporarily unavailable');
  }
}
