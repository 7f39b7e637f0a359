import { Empty } from '../common.js';
import { InsufficientCredits } from '../billing/hold.js';
import { operation } from '../define.js';
import { AnyJson, Bool, type FieldDocs, Int, Json, List, Nested, Nullable, Num, OneOf, Optional, Shape, Text } from '../fields.js';
import {
  ModelBudgetExceeded,
  ModelKeyRejected,
  ModelRateLimited,
  ModelRefused,
  ModelTimeout,
  ModelUnavailable,
} from '../models/completion.js';
import { NotConfigured, problem } from '../problem.js';

const docs = {
  model: { description: '`<provider>/<model>`, or the default model of one of your providers.', example: 'openai/gpt-5-mini' },
  created: { description: 'Seconds since 1970.', example: 1_780_000_000 },
} satisfies Record<string, FieldDocs>;

@Shape('A message, as OpenAI has it.')
export class OpenAiMessage {
  @OneOf(['system', 'developer', 'user', 'assistant', 'tool'], { description: 'Who says it.', example: 'user' }) role!: string;
  @AnyJson({ description: 'Text, or a list of parts with text.', example: 'Say hi.' }) content: unknown = null;
  @AnyJson({ description: 'The calls that the assistant asked for.' }) tool_calls: unknown = null;
  @Optional() @Text({ max: 200, description: 'The call that a `tool` message answers.', example: 'call_1' }) tool_call_id?: string;
}

@Shape('A function, as OpenAI has it.')
export class OpenAiFunction {
  @Text({ min: 1, max: 64, description: 'Its name.', example: 'get_weather' }) name!: string;
  @Text({ description: 'What it does.', example: 'Reads the weather.' }) description: string = '';
  @Json({ bytes: 65_536, description: 'JSON Schema of its arguments.', example: { type: 'object' } }) parameters: Record<string, unknown> =
    {
      type: 'object',
      properties: {},
    };
}

@Shape('A tool, as OpenAI has it.')
export class OpenAiTool {
  @OneOf(['function'], { description: 'Always `function`.', example: 'function' }) type!: 'function';
  @Nested(() => OpenAiFunction, { description: 'The function.' }) function!: OpenAiFunction;
}

@Shape('A request of OpenAI’s chat completions.')
export class CreateChatCompletion {
  @Text({ min: 1, max: 300, ...docs.model }) model!: string;
  @List(() => OpenAiMessage, { min: 1, max: 1_000, description: 'The conversation, oldest message first.' }) messages!: OpenAiMessage[];
  @Bool({ description: 'Whether the answer comes in pieces, as Server-Sent Events.', example: false }) stream: boolean = false;
  @Json({ description: '`include_usage`: a last piece has the usage.', example: { include_usage: true } }) stream_options: {
    include_usage?: unknown;
  } = {};
  @Optional() @Num({ min: 0, max: 2, description: 'How varied the answer is.', example: 0.7 }) temperature?: number;
  @Optional() @Int({ min: 1, max: 1_000_000, description: 'The most tokens of the answer.', example: 2048 }) max_tokens?: number;
  @Optional()
  @Int({ min: 1, max: 1_000_000, description: 'Like `max_tokens`, and counts before it.', example: 2048 })
  max_completion_tokens?: number;
  @Optional() @List(() => OpenAiTool, { max: 128, description: 'Functions that the model may call.' }) tools?: OpenAiTool[];
  @AnyJson({ description: '`auto`, `none`, `required`, or one function.', example: 'auto' }) tool_choice: unknown = null;
  @Int({ min: 1, max: 1, description: 'Number of answers: one.' }) n: number = 1;
  @Optional() @Json({ description: 'Only `{"type": "text"}`.', example: { type: 'text' } }) response_format?: { type?: unknown };
  @Optional() @Num({ min: 0, max: 1, description: 'Passed on to the provider, if it knows it.', example: 0.9 }) top_p?: number;
  @AnyJson({ description: 'Passed on to the provider, if it knows it.', example: ['END'] }) stop: unknown = null;
  @Optional() @Int({ description: 'Passed on to the provider, if it knows it.', example: 7 }) seed?: number;
}

@Shape('Tokens, as OpenAI counts them.')
export class OpenAiUsage {
  @Int({ description: 'Tokens of the request.', example: 11 }) prompt_tokens!: number;
  @Int({ description: 'Tokens of the answer.', example: 7 }) completion_tokens!: number;
  @Int({ description: 'All tokens.', example: 18 }) total_tokens!: number;
}

@Shape('A completion, as OpenAI has it.')
export class ChatCompletion {
  @Text({ description: 'Its id.', example: 'chatcmpl-5b2e' }) id!: string;
  @OneOf(['chat.completion'], { description: 'Always `chat.completion`.', example: 'chat.completion' }) object!: 'chat.completion';
  @Int(docs.created) created!: number;
  @Text({ ...docs.model, description: 'The model that answered.' }) model!: string;
  @AnyJson({
    description: 'One choice: `index`, `message` and `finish_reason`.',
    example: [{ index: 0, message: { role: 'assistant', content: 'Hi!' }, finish_reason: 'stop' }],
  })
  choices!: unknown;
  @Nested(() => OpenAiUsage, { description: 'Tokens of request and answer.' }) usage!: OpenAiUsage;
}

@Shape('A model, as OpenAI has it.')
export class OpenAiModel {
  @Text({ description: 'Its name in requests.', example: 'openai/gpt-5-mini' }) id!: string;
  @OneOf(['model'], { description: 'Always `model`.', example: 'model' }) object!: 'model';
  @Int(docs.created) created!: number;
  @Text({ description: 'Whose it is: a provider, or `you` for an agent.', example: 'openai' }) owned_by!: string;
}

@Shape('Your models, as OpenAI has them.')
export class OpenAiModels {
  @OneOf(['list'], { description: 'Always `list`.', example: 'list' }) object!: 'list';
  @List(() => OpenAiModel, { description: 'The models of your providers.' }) data!: OpenAiModel[];
}

@Shape('A request of OpenAI’s embeddings.')
export class CreateEmbeddings {
  @Text({ max: 300, description: 'Ignored: the installation has one model of embeddings.', example: 'text-embedding-3-small' })
  model: string = '';
  @AnyJson({ description: 'A text, or at most 64 texts.', example: ['a cat', 'a bill'] }) input!: unknown;
  @OneOf(['float', 'base64'], { description: 'The form of the vectors.', example: 'float' }) encoding_format: 'float' | 'base64' = 'float';
}

@Shape('Vectors of texts, as OpenAI has them.')
export class OpenAiEmbeddings {
  @OneOf(['list'], { description: 'Always `list`.', example: 'list' }) object!: 'list';
  @AnyJson({
    description: 'For each text `object`, `index` and `embedding`.',
    example: [{ object: 'embedding', index: 0, embedding: [0.6] }],
  })
  data!: unknown;
  @Text({ description: 'The model of the vectors.', example: 'text-embedding-3-small' }) model!: string;
  @Nullable()
  @Json({ description: '`prompt_tokens` and `total_tokens`, estimated.', example: { prompt_tokens: 3, total_tokens: 3 } })
  usage!: Record<string, number> | null;
}

export const ModelNotFound = problem('model_not_found', 404, 'You have no such model.');

/** Why a question to one of a person’s providers fails. */
export const questionProblems = [
  ...[ModelNotFound, NotConfigured, ModelBudgetExceeded, ModelRateLimited, ModelRefused, ModelKeyRejected, ModelUnavailable],
  ...[ModelTimeout, InsufficientCredits],
];

const scope = 'agent:use';

export const openaiMembers = {
  createChatCompletion: operation('Complete a chat (OpenAI)', {
    description:
      'As OpenAI’s chat completions, by one of your providers. With `stream` the pieces are Server-Sent Events and end with `[DONE]`.',
    scope,
    input: CreateChatCompletion,
    output: ChatCompletion,
    problems: questionProblems,
    spansCalls: true,
  }),
  listOpenAiModels: operation('List models (OpenAI)', {
    description: 'The models of your providers that answer.',
    scope,
    input: Empty,
    output: OpenAiModels,
    spansCalls: true,
  }),
  createOpenAiEmbeddings: operation('Embed texts (OpenAI)', {
    description: 'By the installation’s model of embeddings.',
    scope,
    input: CreateEmbeddings,
    output: OpenAiEmbeddings,
    problems: [NotConfigured, ModelRateLimited, ModelRefused, ModelKeyRejected, ModelUnavailable, ModelTimeout],
    spansCalls: true,
  }),
};
