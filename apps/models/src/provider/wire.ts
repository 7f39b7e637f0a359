import type { JSONObject, LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import type { ModelMessage, StopReason } from '@skep/contracts/models';
import { OutboundError } from '@skep/platform';
import { type Model, ModelError, type ModelFault, type ModelPart, type ModelRequest } from './model.js';
import type { Endpoint } from './providers.js';

/** Opens a model at an endpoint. @param fetch how its address is reached */
export function openModel(endpoint: Endpoint, fetch: typeof globalThis.fetch): Model {
  return {
    async *stream(request, signal) {
      try {
        const model = await wireModel(endpoint, request.model, fetch);
        const { stream } = await model.doStream(toCallOptions(request, endpoint, signal));
        yield* readParts(stream, request.model);
      } catch (error) {
        throw await toModelError(error, signal);
      }
    },
  };
}

// The SDKs are large, so each is loaded on first use.
async function wireModel({ provider, wire, base_url: baseURL, api_key: apiKey }: Endpoint, model: string, fetch: typeof globalThis.fetch) {
  if (wire === 'anthropic') return (await import('@ai-sdk/anthropic')).createAnthropic({ baseURL, apiKey, fetch })(model);
  if (wire === 'google') return (await import('@ai-sdk/google')).createGoogle({ baseURL, apiKey, fetch })(model);
  if (wire === 'openai') return (await import('@ai-sdk/openai')).createOpenAI({ baseURL, apiKey, fetch }).chat(model);
  const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
  return createOpenAICompatible({ name: provider, baseURL, apiKey, fetch, includeUsage: true })(model) satisfies LanguageModelV4;
}

function toCallOptions(
  { messages, max_tokens, temperature, tools, tool_choice, provider_params }: ModelRequest,
  { provider, wire }: Endpoint,
  abortSignal: AbortSignal,
): LanguageModelV4CallOptions {
  return {
    prompt: messages.flatMap((message, n) => toPrompt(message, messages.slice(0, n))),
    maxOutputTokens: max_tokens,
    ...(temperature !== undefined && { temperature }),
    ...(tools?.length && {
      tools: tools.map(({ name, description, parameters }) => ({ type: 'function' as const, name, description, inputSchema: parameters })),
      ...(tool_choice && { toolChoice: { type: tool_choice } }),
    }),
    ...(provider_params && { providerOptions: { [wire === 'compatible' ? provider : wire]: optionsOf(wire, provider_params) } }),
    abortSignal,
  };
}

const THINKING_TOKENS = 10_000;

/** The options as the SDK names them: Anthropic’s `thinking` is a switch or a number of tokens. */
function optionsOf(wire: Endpoint['wire'], { thinking, ...others }: Record<string, unknown>): JSONObject {
  const budgetTokens = typeof thinking === 'number' ? thinking : thinking === true ? THINKING_TOKENS : undefined;
  if (wire !== 'anthropic' || budgetTokens === undefined) return { ...others, ...(thinking !== undefined && { thinking }) } as JSONObject;
  return { ...others, thinking: { type: 'enabled', budgetTokens } } as JSONObject;
}

type Prompt = LanguageModelV4CallOptions['prompt'][number];

/** @param before the messages before it, one of which asked for what a tool answers */
function toPrompt({ role, content, tool_calls = [], tool_call_id = '' }: ModelMessage, before: readonly ModelMessage[]): Prompt[] {
  const text = content ? [{ type: 'text' as const, text: content }] : [];
  if (role === 'system') return [{ role, content }];
  if (role === 'user') return [{ role, content: [{ type: 'text', text: content }] }];
  if (role === 'assistant') {
    const calls = tool_calls.map(({ id, name, arguments: input }) => ({
      ...{ type: 'tool-call' as const, toolCallId: id, toolName: name, input: parseJson(input) },
    }));
    return text.length || calls.length ? [{ role, content: [...text, ...calls] }] : [];
  }
  const toolName = before.flatMap((message) => message.tool_calls ?? []).findLast(({ id }) => id === tool_call_id)?.name ?? 'unknown';
  return [{ role, content: [{ type: 'tool-result', toolCallId: tool_call_id, toolName, output: { type: 'text', value: content } }] }];
}

/** The arguments of a call; none if the model wrote what is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text || '{}') as unknown;
  } catch {
    return {};
  }
}

async function* readParts(stream: ReadableStream<LanguageModelV4StreamPart>, requested: string): AsyncGenerator<ModelPart> {
  let model = requested;
  for await (const part of stream) {
    if (part.type === 'text-delta') yield { type: 'text', text: part.delta };
    if (part.type === 'tool-call') yield { type: 'tool_call', id: part.toolCallId, name: part.toolName, input: part.input };
    if (part.type === 'response-metadata') model = part.modelId ?? model;
    if (part.type === 'error') throw part.error;
    if (part.type !== 'finish') continue;
    const { finishReason, usage } = part;
    // A provider that says nothing about the end has not ended: the connection has.
    if (finishReason.raw === undefined || ['error', 'interrupted'].includes(finishReason.unified)) throw new ModelError('cut');
    const tokens = (count: number | undefined) => (Number.isSafeInteger(count) && count! >= 0 ? count! : 0);
    return yield {
      type: 'end',
      stop_reason: finishReason.unified as StopReason,
      model,
      prompt_tokens: tokens(usage.inputTokens.total),
      completion_tokens: tokens(usage.outputTokens.total),
    };
  }
  throw new ModelError('cut');
}

const FAULTS: Readonly<Record<number, ModelFault>> = {
  401: 'auth',
  403: 'auth',
  402: 'quota',
  408: 'overload',
  409: 'overload',
  429: 'rate',
};
const CONTEXT_LENGTH = /context.?(length|window)|too many tokens|prompt is too long|maximum.{0,20}tokens/i;

async function toModelError(error: unknown, signal: AbortSignal): Promise<ModelError> {
  if (error instanceof ModelError) return error;
  if (signal.aborted) return new ModelError('time', { cause: error });
  const { APICallError } = await import('@ai-sdk/provider');
  if (error instanceof OutboundError) return new ModelError(error.reason === 'address' ? 'address' : 'network', { cause: error });
  if (!APICallError.isInstance(error)) return new ModelError('cut', { cause: error });
  const { statusCode, responseBody = '', responseHeaders = {} } = error;
  if (statusCode === undefined) {
    const { cause } = error;
    return new ModelError(cause instanceof OutboundError && cause.reason === 'address' ? 'address' : 'network', { cause });
  }
  const seconds = Number(responseHeaders['retry-after']);
  const wait = Number.isFinite(seconds) && seconds > 0 ? { retryAfterMs: seconds * 1_000 } : {};
  if (statusCode >= 500 || statusCode < 400) return new ModelError(statusCode < 400 ? 'cut' : 'overload', { cause: error, ...wait });
  if (statusCode === 429 && responseBody.includes('insufficient_quota')) return new ModelError('quota', { cause: error });
  const fault = FAULTS[statusCode] ?? (CONTEXT_LENGTH.test(responseBody) ? 'context' : 'request');
  return new ModelError(fault, { cause: error, ...wait });
}

/** The vectors of texts, from an endpoint with OpenAI’s embeddings. @throws ModelError */
export async function embedTexts(
  { provider: name, base_url: baseURL, api_key: apiKey }: Endpoint,
  fetch: typeof globalThis.fetch,
  model: string,
  values: string[],
  abortSignal: AbortSignal,
): Promise<number[][]> {
  try {
    const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
    return (await createOpenAICompatible({ name, baseURL, apiKey, fetch }).embeddingModel(model).doEmbed({ values, abortSignal }))
      .embeddings;
  } catch (error) {
    throw await toModelError(error, abortSignal);
  }
}

/** The words of a recording, from an endpoint with OpenAI’s transcriptions. @throws ModelError */
export async function transcribe(
  { base_url: baseURL, api_key: apiKey }: Endpoint,
  fetch: typeof globalThis.fetch,
  model: string,
  { bytes: audio, media_type: mediaType }: { bytes: Uint8Array; media_type: string },
  abortSignal: AbortSignal,
): Promise<string> {
  try {
    const { createOpenAI } = await import('@ai-sdk/openai');
    return (await createOpenAI({ baseURL, apiKey, fetch }).transcription(model).doGenerate({ audio, mediaType, abortSignal })).text;
  } catch (error) {
    throw await toModelError(error, abortSignal);
  }
}

/** The names of the models at an endpoint. @throws ModelError */
export async function listModels(
  { wire, base_url, api_key }: Endpoint,
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
): Promise<string[]> {
  const headers: Record<string, string> =
    wire === 'anthropic'
      ? { 'x-api-key': api_key, 'anthropic-version': '2023-06-01' }
      : wire === 'google'
        ? { 'x-goog-api-key': api_key }
        : { authorization: `Bearer ${api_key}` };
  try {
    const response = await fetch(`${base_url}/models`, { headers, signal });
    if (!response.ok) throw new ModelError(FAULTS[response.status] ?? 'network');
    const { data, models } = (await response.json()) as { data?: unknown; models?: unknown };
    const rows = [data, models].find(Array.isArray) ?? [];
    return rows
      .flatMap((row: { id?: unknown; name?: unknown }) => {
        const name = row.id ?? row.name;
        return typeof name === 'string' ? [name.replace(/^models\//, '').slice(0, 200)] : [];
      })
      .slice(0, 1_000);
  } catch (error) {
    throw await toModelError(error, signal);
  }
}
