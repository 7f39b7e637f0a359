import { toOpenAiError } from '../http/openai-errors.js';
import type { Exchange } from '../route.js';
import { answerInParts, type PartsForm } from './answer-in-parts.js';
import { jsonExchange } from './json-exchange.js';

/** An answer as one of OpenAI’s APIs sends it: JSON, or with `stream` in the body the parts of the answer as Server-Sent Events. */
const exchangeOf = (name: string, form: PartsForm): Exchange => ({
  name,
  fills: [],
  config: {},
  answer: async (call) => {
    const { stream } = (call.request.body ?? {}) as { stream?: unknown };
    await (stream === true ? answerInParts(call, form) : jsonExchange.answer(call));
  },
  describe: (json) => {
    const { 200: ok, ...others } = json.responses;
    const content = { ...(ok?.['content'] as object), 'text/event-stream': { schema: { type: 'string' } } };
    return { ...json, responses: { 200: { ...ok, content }, ...others } };
  },
});

/** Chat completions: events without names, and `[DONE]` at the end. */
export const openAiExchange = exchangeOf('openai', {
  toEvent: (data) => ({ data }),
  toError: (problem) => ({ data: JSON.stringify({ error: toOpenAiError(problem) }) }),
  toEnd: () => ({ data: '[DONE]' }),
});

/** Responses: events that are named by their `type`. Clients read an error from `error`, or from beside it. */
export const openAiResponsesExchange = exchangeOf('openai responses', {
  toEvent: (data) => ({ event: (JSON.parse(data) as { type: string }).type, data }),
  toError: (problem) => {
    const error = toOpenAiError(problem);
    return { event: 'error', data: JSON.stringify({ ...error, type: 'error', error }) };
  },
});
