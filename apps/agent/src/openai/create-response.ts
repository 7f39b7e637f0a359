import { isObject } from '@skep/contracts';
import type { CreateOpenAiResponse as Input, OpenAiResponse } from '@skep/contracts/agent';
import { type Ctx, sendPart } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AnswerQuestion } from './answer-question.js';
import { invalid, newId, toProviderParams } from './openai-messages.js';
import type { Answer, Question } from './question.js';
import { ResponseEvents } from './response-events.js';
import { toMessagesOf, toResponseTools } from './response-items.js';

/** What needs responses that are kept, or run without their client. */
const REFUSED = ['previous_response_id', 'conversation', 'prompt', 'background'] as const;

/** Answers a request of OpenAI’s responses. */
@Injectable()
export class CreateResponse {
  constructor(private readonly answers: AnswerQuestion) {}

  /** @throws Problem one of `AnswerQuestion` */
  async run(ctx: Ctx, input: Input): Promise<OpenAiResponse> {
    const question = toQuestion(input);
    const begun = begin(input);
    if (!input.stream) return end(begun, await this.answers.run(ctx, question));
    const events = new ResponseEvents(begun, sendPart);
    const response = end(begun, await this.answers.run(ctx, question, (text) => events.say(text)), events.message_id);
    events.end(response);
    return response;
  }
}

function toQuestion(input: Input): Question {
  const { model, temperature, top_p, max_output_tokens, text } = input;
  for (const field of REFUSED)
    if (input[field]) throw invalid([field], 'is not supported: no response is kept. Send the whole conversation in input');
  if (isObject(text?.format) && text.format['type'] !== 'text') throw invalid(['text', 'format', 'type'], 'must be text');
  return {
    ...{ model, field: 'input', messages: toMessagesOf(input), ...toResponseTools(input) },
    ...(temperature !== undefined && { temperature }),
    ...(max_output_tokens !== undefined && { max_tokens: max_output_tokens }),
    ...toProviderParams({ top_p }),
  };
}

/** A response before its first words. */
const begin = (input: Input): OpenAiResponse => ({
  id: newId('resp_'),
  object: 'response',
  created_at: Math.floor(Date.now() / 1_000),
  status: 'in_progress',
  error: null,
  incomplete_details: null,
  instructions: input.instructions ?? null,
  max_output_tokens: input.max_output_tokens ?? null,
  model: input.model,
  output: [],
  parallel_tool_calls: true,
  previous_response_id: null,
  store: false,
  temperature: input.temperature ?? null,
  top_p: input.top_p ?? null,
  text: { format: { type: 'text' } },
  tool_choice: input.tool_choice ?? 'auto',
  tools: (input.tools ?? []).map((tool) => ({ strict: false, ...tool })),
  metadata: input.metadata ?? {},
  usage: null,
});

function end(begun: OpenAiResponse, { text, tool_calls, usage, stop_reason }: Answer, message_id = newId('msg_')): OpenAiResponse {
  const reason = { length: 'max_output_tokens', 'content-filter': 'content_filter' }[stop_reason];
  const status = reason ? 'incomplete' : 'completed';
  const content = [{ type: 'output_text', text, annotations: [], logprobs: [] }];
  const message = { id: message_id, type: 'message', status, role: 'assistant', content };
  return {
    ...begun,
    status,
    incomplete_details: reason ? { reason } : null,
    output: [
      ...(text || !tool_calls.length ? [message] : []),
      ...tool_calls.map(({ id, name, arguments: args }) => ({
        ...{ id: newId('fc_'), type: 'function_call', status: 'completed', call_id: id, name, arguments: args },
      })),
    ],
    usage: {
      input_tokens: usage.prompt_tokens,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: usage.completion_tokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: usage.total_tokens,
    },
  };
}
