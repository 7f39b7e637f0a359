import type { ChatCompletion, CreateChatCompletion as Input } from '@skep/contracts/agent';
import { type Ctx, sendPart } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AnswerQuestion } from './answer-question.js';
import { finishReason, invalid, newId, toMessages, toOpenAiCalls, toProviderParams, toTools } from './openai-messages.js';
import type { Answer, Question } from './question.js';

/** Answers a request of OpenAI’s chat completions. */
@Injectable()
export class CreateChatCompletion {
  constructor(private readonly answers: AnswerQuestion) {}

  /** @throws Problem one of `AnswerQuestion` */
  async run(ctx: Ctx, input: Input): Promise<ChatCompletion> {
    const { stream, stream_options, model: asked } = input;
    const question = toQuestion(input);
    const about = { id: newId('chatcmpl-'), created: Math.floor(Date.now() / 1_000), model: asked };
    if (!stream) return toCompletion(about, await this.answers.run(ctx, question));
    const send = (delta: object, finish_reason: string | null = null) =>
      sendPart({ ...about, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] });
    let hasBegun = false;
    const say = (content: string) => {
      send({ ...(!hasBegun && { role: 'assistant' }), content });
      hasBegun = true;
    };
    const answer = await this.answers.run(ctx, question, say);
    if (!hasBegun) say(answer.text);
    const calls = toOpenAiCalls(answer.tool_calls);
    if (calls.length) send({ tool_calls: calls.map((call, index) => ({ index, ...call })) });
    send({}, finishReason(answer.stop_reason));
    if (stream_options.include_usage === true) sendPart({ ...about, object: 'chat.completion.chunk', choices: [], usage: answer.usage });
    return toCompletion(about, answer);
  }
}

function toQuestion(input: Input): Question {
  const { model, messages, temperature, max_tokens, max_completion_tokens = max_tokens, response_format, top_p, stop, seed } = input;
  if (response_format && response_format.type !== 'text') throw invalid(['response_format', 'type'], 'must be text');
  return {
    ...{ model, field: 'messages', messages: toMessages(messages), ...toTools(input) },
    ...(temperature !== undefined && { temperature }),
    ...(max_completion_tokens !== undefined && { max_tokens: max_completion_tokens }),
    ...toProviderParams({ top_p, stop, seed }),
  };
}

function toCompletion(
  about: { id: string; created: number; model: string },
  { text, tool_calls, stop_reason, usage }: Answer,
): ChatCompletion {
  const calls = toOpenAiCalls(tool_calls);
  const message = {
    role: 'assistant',
    content: calls.length && !text ? null : text,
    refusal: null,
    ...(calls.length && { tool_calls: calls }),
  };
  return {
    ...about,
    object: 'chat.completion',
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishReason(stop_reason) }],
    usage,
  };
}
