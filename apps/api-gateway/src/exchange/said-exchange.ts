import { negotiate } from '@fastify/accept-negotiator';
import type { Exchange } from '../route.js';
import { answerInParts, type PartsForm } from './answer-in-parts.js';

const EVENTS = 'text/event-stream';

/** What is said in parts, each `{text}`, and then the whole answer. */
const FORM: PartsForm = {
  toEvent: (data) => ({ event: 'delta', data }),
  toError: ({ code, title, detail }, retryAfter) => ({
    event: 'error',
    data: JSON.stringify({ code, detail: typeof detail === 'string' ? detail : title, retryable: retryAfter !== undefined }),
  }),
  toEnd: (data) => ({ event: 'done', data }),
};

/** An answer that someone says: the usual one or, for clients that accept `text/event-stream`, its words as they come. */
export const saidExchange = (usual: Exchange): Exchange => ({
  ...usual,
  name: `said, or ${usual.name}`,
  answer: (call) =>
    negotiate(call.request.headers.accept ?? '*/*', ['application/json', EVENTS]) === EVENTS
      ? answerInParts(call, FORM)
      : usual.answer(call),
  describe: (json, route, place) => {
    const { responses, ...others } = usual.describe(json, route, place);
    const { 200: ok, ...problems } = responses;
    const schema = { type: 'string', description: 'Events `delta` with a `text` each, and then `done` with the answer, or `error`.' };
    return { ...others, responses: { 200: { ...ok, content: { ...(ok?.['content'] as object), [EVENTS]: { schema } } }, ...problems } };
  },
});
