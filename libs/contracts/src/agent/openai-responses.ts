import { operation } from '../define.js';
import { AnyJson, Bool, Int, Json, List, Nested, Nullable, Num, OneOf, Optional, Shape, Text } from '../fields.js';
import { AgentNotFound } from './agent.js';
import { LlmProviderError } from './chat.js';
import { questionProblems } from './openai.js';

const model = {
  description: '`agent:<id>`, `<provider>/<model>`, or the default model of one of your providers.',
  example: 'openai/gpt-5-mini',
};

@Shape('A function that the model may call, as OpenAI’s responses have it.')
export class OpenAiResponseTool {
  @OneOf(['function'], { description: 'Always `function`.', example: 'function' }) type!: 'function';
  @Text({ min: 1, max: 64, description: 'Its name.', example: 'get_weather' }) name!: string;
  @Optional() @Text({ description: 'What it does.', example: 'Reads the weather.' }) description?: string;
  @Optional()
  @Json({ bytes: 65_536, description: 'JSON Schema of its arguments.', example: { type: 'object' } })
  parameters?: Record<string, unknown>;
}

@Shape('A request of OpenAI’s responses.')
export class CreateOpenAiResponse {
  @Text({ min: 1, max: 300, ...model }) model!: string;
  @AnyJson({ description: 'What is asked: a text, or the whole conversation as a list of items, oldest first.', example: 'Say hi.' })
  input: unknown = null;
  @Optional() @Text({ max: 400_000, description: 'Instructions for the model.', example: 'Be brief.' }) instructions?: string;
  @Bool({ description: 'Whether the answer comes as Server-Sent Events.', example: false }) stream: boolean = false;
  @Optional() @Num({ min: 0, max: 2, description: 'How varied the answer is.', example: 0.7 }) temperature?: number;
  @Optional() @Num({ min: 0, max: 1, description: 'Passed on to the provider, if it knows it.', example: 0.9 }) top_p?: number;
  @Optional() @Int({ min: 1, max: 1_000_000, description: 'The most tokens of the answer.', example: 2048 }) max_output_tokens?: number;
  @Optional() @List(() => OpenAiResponseTool, { max: 128, description: 'Functions that the model may call.' }) tools?: OpenAiResponseTool[];
  @AnyJson({ description: '`auto`, `none`, `required`, or one function.', example: 'auto' }) tool_choice: unknown = null;
  @Optional() @Json({ description: 'Only `{"format": {"type": "text"}}`.', example: { format: { type: 'text' } } }) text?: {
    format?: unknown;
  };
  @Optional() @Json({ description: 'Returned as it is.', example: { topic: 'bees' } }) metadata?: Record<string, unknown>;
  @Optional() @Bool({ description: 'Responses are never kept, whatever it says.', example: false }) store?: boolean;
  @AnyJson({ description: 'Must be null: responses are not kept.' }) previous_response_id: unknown = null;
  @AnyJson({ description: 'Must be null: the conversation is in `input`.' }) conversation: unknown = null;
  @AnyJson({ description: 'Must be null: there are no stored prompts.' }) prompt: unknown = null;
  @Bool({ description: 'Must be false.', example: false }) background: boolean = false;
}

@Shape('A response, as OpenAI has it.')
export class OpenAiResponse {
  @Text({ description: 'Its id.', example: 'resp_5b2e' }) id!: string;
  @OneOf(['response'], { description: 'Always `response`.', example: 'response' }) object!: 'response';
  @Int({ description: 'Seconds since 1970.', example: 1_780_000_000 }) created_at!: number;
  @OneOf(['in_progress', 'completed', 'incomplete'], { description: 'How far it is.', example: 'completed' })
  status!: 'in_progress' | 'completed' | 'incomplete';
  @Nullable() @Json({ description: 'Always null: a failure is an error.' }) error!: Record<string, unknown> | null;
  @Nullable()
  @Json({ description: '`reason`: why it is incomplete.', example: { reason: 'max_output_tokens' } })
  incomplete_details!: { reason: string } | null;
  @Nullable() @Text({ max: 400_000, description: 'The instructions.', example: 'Be brief.' }) instructions!: string | null;
  @Nullable() @Int({ description: 'The most tokens of the answer.', example: 2048 }) max_output_tokens!: number | null;
  @Text({ ...model, description: 'The model that answered.' }) model!: string;
  @AnyJson({
    description: 'A `message` with the words, and a `function_call` for each function that it calls.',
    example: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hi!', annotations: [] }] }],
  })
  output!: unknown;
  @Bool({ description: 'Whether it may call several functions.', example: true }) parallel_tool_calls!: boolean;
  @Nullable() @Text({ description: 'Always null: responses are not kept.' }) previous_response_id!: string | null;
  @Bool({ description: 'Always false: responses are not kept.', example: false }) store!: boolean;
  @Nullable() @Num({ description: 'How varied the answer is.', example: 0.7 }) temperature!: number | null;
  @Nullable() @Num({ description: 'As in the request.', example: 0.9 }) top_p!: number | null;
  @Json({ description: 'The form of the words.', example: { format: { type: 'text' } } }) text!: Record<string, unknown>;
  @AnyJson({ description: 'As in the request.', example: 'auto' }) tool_choice!: unknown;
  @AnyJson({ description: 'As in the request.', example: [] }) tools!: unknown;
  @Json({ description: 'As in the request.', example: { topic: 'bees' } }) metadata!: Record<string, unknown>;
  @Nullable() @Nested(() => OpenAiResponseUsage, { description: 'Tokens of request and answer.' }) usage!: OpenAiResponseUsage | null;
}

@Shape('Tokens, as OpenAI’s responses count them.')
export class OpenAiResponseUsage {
  @Int({ description: 'Tokens of the request.', example: 11 }) input_tokens!: number;
  @Json({ description: 'Always none cached.', example: { cached_tokens: 0 } }) input_tokens_details!: { cached_tokens: number };
  @Int({ description: 'Tokens of the answer.', example: 7 }) output_tokens!: number;
  @Json({ description: 'Always none counted.', example: { reasoning_tokens: 0 } }) output_tokens_details!: { reasoning_tokens: number };
  @Int({ description: 'All tokens.', example: 18 }) total_tokens!: number;
}

export const openaiResponseMembers = {
  createOpenAiResponse: operation('Create a response (OpenAI)', {
    description:
      'As OpenAI’s responses, by one of your providers or agents. With `stream` it comes as Server-Sent Events. No response is kept: the whole conversation is in `input`.',
    scope: 'agent:use',
    input: CreateOpenAiResponse,
    output: OpenAiResponse,
    problems: [AgentNotFound, LlmProviderError, ...questionProblems],
    spansCalls: true,
  }),
};
