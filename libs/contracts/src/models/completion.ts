import { Empty, IDS } from '../common.js';
import { BudgetExceeded } from '../billing/budget.js';
import { InsufficientCredits } from '../billing/hold.js';
import { broadcast, event, operation } from '../define.js';
import { Bool, type FieldDocs, Int, Json, List, Nested, Nullable, Num, OneOf, Optional, Shape, Text } from '../fields.js';
import { NotConfigured, problem } from '../problem.js';
import { AppDisabled, AppNotInstalled, AppSuspended } from '../registry/index.js';

/** Characters of a prompt, so that a request fits into a message of the bus. */
const TEXT_MAX = 400_000;
export const MESSAGE_ROLES = ['system', 'user', 'assistant', 'tool'] as const;
export type MessageRole = (typeof MESSAGE_ROLES)[number];
/** Why a model stopped. `length`: at `max_tokens`. */
export const STOP_REASONS = ['stop', 'length', 'content-filter', 'tool-calls', 'other'] as const;
export type StopReason = (typeof STOP_REASONS)[number];

const docs = {
  model: { description: 'Name of the model.', example: 'gpt-5-mini' },
  fee: { description: 'What it costs in credits. 0 with a key of your own.', example: 60 },
} satisfies Record<string, FieldDocs>;

@Shape('A call of a function that a language model asks for.')
export class ModelToolCall {
  @Text({ max: 200, description: 'Id of the call, made by the model.', example: 'call_1' }) id!: string;
  @Text({ max: 200, description: 'Name of the function.', example: 'memory_search' }) name!: string;
  @Text({ max: TEXT_MAX, description: 'The arguments as JSON, as the model wrote them.', example: '{"query":"bees"}' }) arguments!: string;
}

@Shape('A message of a conversation with a language model.')
export class ModelMessage {
  @OneOf(MESSAGE_ROLES, { description: 'Who says it. `tool`: the result of a call.', example: 'user' }) role!: MessageRole;
  @Text({ max: TEXT_MAX, description: 'What they say.', example: 'Summarise this page.' }) content!: string;
  @Optional() @List(() => ModelToolCall, { max: 128, description: 'The calls that the assistant asked for.' }) tool_calls?: ModelToolCall[];
  @Optional() @Text({ max: 200, description: 'The call that a `tool` message answers.', example: 'call_1' }) tool_call_id?: string;
}

@Shape('A function that a language model may call.')
export class ModelTool {
  @Text({ min: 1, max: 64, description: 'Its name.', example: 'memory_search' }) name!: string;
  @Text({ description: 'What it does, for the model.', example: 'Searches the memory.' }) description: string = '';
  @Json({ bytes: 65_536, description: 'JSON Schema of its arguments.', example: { type: 'object', properties: {} } }) parameters: Record<
    string,
    unknown
  > = { type: 'object', properties: {} };
}

export const TOOL_CHOICES = ['auto', 'none', 'required'] as const;
export type ToolChoice = (typeof TOOL_CHOICES)[number];

@Shape('A prompt for a language model.')
export class CompletionRequest {
  @Text({ max: TEXT_MAX, description: 'What the user says last. May be empty if there are `messages`.', example: 'Say hi.' })
  prompt: string = '';
  @Text({ max: TEXT_MAX, description: 'Instructions for the model.', example: 'Answer in one sentence.' }) system: string = '';
  @Nullable()
  @List(() => ModelMessage, { description: 'The conversation before the prompt, oldest message first.' })
  messages: ModelMessage[] | null = null;
  @Optional()
  @Text({ max: 200, ...docs.model, description: 'Name of the model. One that is not listed is replaced by the default model.' })
  model?: string;
  @Text({ max: 64, description: 'The app that asks.', example: 'link-saver' }) extension_id: string = '';
  @Int({ min: 1, max: 1_000_000, description: 'The most that the model may answer, in tokens; 8,192 at most.', example: 2048 })
  max_tokens: number = 2_048;
  @Optional()
  @Num({ min: 0, max: 2, description: 'How varied answers are. Left out: as the provider decides.', example: 0.7 })
  temperature?: number;
  @Optional()
  @Text({
    max: 50,
    description: 'The provider that is asked first, one of those of the user. Left out: the default one.',
    example: 'openai',
  })
  provider?: string;
  @Optional() @List(() => ModelTool, { max: 128, description: 'Functions that the model may call.' }) tools?: ModelTool[];
  @Optional() @OneOf(TOOL_CHOICES, { description: 'Whether it may, or must, call them.', example: 'auto' }) tool_choice?: ToolChoice;
  @Optional() @Json({ description: 'Options of the provider’s own, by its name.', example: { top_k: 40 } }) provider_params?: Record<
    string,
    unknown
  >;
  @Optional() @Text({ max: 64, description: 'The conversation that it belongs to, for the usage.' }) conversation_id?: string;
  @Optional() @Text({ max: 100, description: 'The agent that asks, for the usage.', example: 'researcher' }) agent_id?: string;
  @Optional() @Text({ max: 64, ...IDS.user, description: 'The user of the request, if a service names no acting user.' }) user_id?: string;
  @Optional() @Text({ max: 64, ...IDS.tenant }) tenant_id?: string;
}

@Shape('A prompt of a turn of a coding session.')
export class CodingCompletionRequest extends CompletionRequest {
  @Bool({ description: 'Whether it is the first of its turn, which costs at least the smallest charge.', example: true })
  is_first!: boolean;
}

@Shape('Tokens of a completion.')
export class TokenUsage {
  @Int({ description: 'Tokens of the request.', example: 5 }) prompt_tokens!: number;
  @Int({ description: 'Tokens of the answer.', example: 7 }) completion_tokens!: number;
  @Int({ description: 'All tokens.', example: 12 }) total_tokens!: number;
}

@Shape('A part of the answer of a language model, before it is whole.')
export class CompletionPart {
  @Text({ description: 'The next words.', example: 'Hi' }) text!: string;
  @Text({ ...docs.model, description: 'Name of the model that answers.' }) model!: string;
}

@Shape('The answer of a language model.')
export class Completion {
  @Text({ description: 'What the model says.', example: 'Hi!' }) text!: string;
  @List(() => ModelToolCall, { description: 'The functions that it calls.' }) tool_calls!: ModelToolCall[];
  @Text({ ...docs.model, description: 'Name of the model that answered.' }) model!: string;
  @Text({ description: 'Name of the provider that answered.', example: 'openai' }) provider!: string;
  @Int({ description: 'All tokens of request and answer.', example: 12 }) tokens_used!: number;
  @Nested(() => TokenUsage, { description: 'Tokens of request and answer.' }) usage!: TokenUsage;
  @OneOf(STOP_REASONS, { description: 'Why the model stopped. `length`: at `max_tokens`.', example: 'stop' }) stop_reason!: StopReason;
  @Int(docs.fee) fee!: number;
  @Int({ description: 'The part of `fee` that its tokens cost at the rate of the model. The rest is the platform fee.', example: 0 })
  token_fee!: number;
}

@Shape('A completion that its user pays for. With a fee of 0 the hold is released.')
export class CompletionCharged {
  @Text({ description: 'Id of the hold.' }) hold_id!: string;
  @Text({ description: 'Id of the completion.', example: 'cmp_5b2e' }) action_id!: string;
  @Text(IDS.user) user_id!: string;
  @Text(IDS.tenant) tenant_id!: string;
  @Int(docs.fee) platform_fee!: number;
}

const stopKey = { description: 'The idempotency key of the completion.', example: 'run_4f9a0c51d2e84b6f9c7a1b3d5e7f9012/model 0' };

@Shape('Identifies a completion in progress.')
export class StopCompletion {
  @Text({ min: 1, max: 300, ...stopKey }) key!: string;
}

@Shape('The caller of a completion does not wait for it any more.')
export class CompletionStopped {
  @Text(IDS.tenant) tenant_id!: string;
  @Text(IDS.user) user_id!: string;
  @Text(stopKey) key!: string;
}

@Shape('Selects models.')
export class QuoteFee {
  @Optional()
  @List('text', {
    description: 'Names of the models of the prompts; an empty one is the default model. Left out: one prompt to any model.',
    example: ['gpt-5-mini'],
  })
  models?: string[];
}

@Shape('The most that a completion costs.')
export class FeeQuote {
  @Int({ ...docs.fee, description: 'The highest platform fee of these models and an estimate of their tokens, in credits.' }) fee!: number;
}

export const ModelRateLimited = problem('model_rate_limited', 429, 'The language model has received too many requests. Try again later.');
export const ModelBudgetExceeded = problem('model_budget_exceeded', 429, 'The budget for language models of this month is used up.');
export const ModelRefused = problem('model_refused', 422, 'The language model rejected the request.');
export const ModelKeyRejected = problem('model_key_rejected', 502, 'The provider of the language model rejected the key.');
export const ModelUnavailable = problem('model_unavailable', 502, 'The language model is temporarily unavailable.', 1);
export const ModelTimeout = problem('model_timeout', 504, 'The language model did not answer in time.', 1);

const COMPLETION_PROBLEMS = [
  ...[NotConfigured, ModelBudgetExceeded, ModelRateLimited, ModelRefused, ModelKeyRejected, ModelUnavailable, ModelTimeout],
  ...[AppNotInstalled, AppSuspended, AppDisabled],
];

export const completionMembers = {
  buyCompletion: operation('Ask a language model (apps and services only)', {
    description:
      'Answers within two minutes. A provider that fails before it answers is replaced by the next one; an answer that is interrupted is an error. An app asks for users who have it. The user of the request pays the fee, if there is one.',
    input: CompletionRequest,
    output: Completion,
    problems: [...COMPLETION_PROBLEMS, InsufficientCredits, BudgetExceeded],
    spansCalls: true,
  }),
  /** Internal: for the agent service. */
  buyCodingCompletion: operation('Ask a language model for a coding session', {
    description: 'Like `buyCompletion`, at the prices of coding sessions.',
    input: CodingCompletionRequest,
    output: Completion,
    problems: [...COMPLETION_PROBLEMS, InsufficientCredits, BudgetExceeded],
    spansCalls: true,
  }),
  /** Internal: for services that charge for it themselves, such as the kernel. */
  complete: operation('Ask a language model without charge', {
    input: CompletionRequest,
    output: Completion,
    problems: COMPLETION_PROBLEMS,
    spansCalls: true,
  }),
  quoteFee: operation('Read what a completion costs at most', {
    description: 'For the caller, who may have a key of their own.',
    input: QuoteFee,
    output: FeeQuote,
    spansCalls: true,
  }),

  /** Internal: of the same caller, or of none. */
  stopCompletion: operation('Stop a completion in progress', {
    description: 'The provider is not listened to any more. What it has said is counted; the completion fails.',
    input: StopCompletion,
    output: Empty,
  }),

  completionCharged: event(CompletionCharged),
  completionStopped: broadcast(CompletionStopped),
};
