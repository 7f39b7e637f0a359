import type { ModelMessage, ModelTool, StopReason, ToolChoice } from '@skep/contracts/models';

/** One question to a language model. */
export interface ModelRequest {
  model: string;
  messages: readonly ModelMessage[];
  max_tokens: number;
  temperature?: number;
  /** Functions that the model may call. */
  tools?: readonly ModelTool[];
  tool_choice?: ToolChoice;
  /** Options of the provider’s own. */
  provider_params?: Record<string, unknown>;
}

/** A part of an answer. The last part is `end`, and only the last one. */
export type ModelPart =
  | { type: 'text'; text: string }
  /** `input` is JSON, as the model wrote it. */
  | { type: 'tool_call'; id: string; name: string; input: string }
  | { type: 'end'; stop_reason: StopReason; model: string; prompt_tokens: number; completion_tokens: number };

/** A language model at a provider. */
export interface Model {
  /**
   * Streams the answer. It ends with `end`, or throws ModelError: an answer whose provider does not say why it stopped has broken off.
   * @param signal stops the request
   */
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelPart>;
}

/**
 * Why a provider did not answer. `auth`: it refused the key; `quota`: the key has no credit left; `rate`, `overload`: too many requests, of us or of
 * all; `context`: the prompt is too long; `request`: it refused the request otherwise; `address`: the address may not be
 * called; `cut`: the answer broke off; `time`: no answer in time.
 */
export type ModelFault = 'auth' | 'quota' | 'rate' | 'overload' | 'context' | 'request' | 'address' | 'network' | 'cut' | 'time';

/** A provider did not answer. The text of the provider is in `cause` only, so that it reaches no caller. */
export class ModelError extends Error {
  override readonly name = 'ModelError';

  /** @param retryAfterMs how long the provider asks to wait */
  constructor(
    readonly fault: ModelFault,
    options: ErrorOptions & { retryAfterMs?: number } = {},
  ) {
    super(`the language model did not answer: ${fault}`, options);
    this.retryAfterMs = options.retryAfterMs;
  }

  readonly retryAfterMs: number | undefined;

  /** Whether another provider may answer. A refused key is a mistake that its owner has to see, and a refused request is refused everywhere. */
  get isTemporary(): boolean {
    return !['auth', 'context', 'request', 'address'].includes(this.fault);
  }
}
