import type { RunEnd } from '@skep/contracts';
import { coach } from '@skep/contracts/coach';
import { streamExchangeOf } from '../../exchange/stream-exchange.js';
import { get, post, routeBuilder } from '../../table.js';
import { person } from './access.js';

/** As long as a person waits for an answer. */
const ANSWER_MS = 120_000;
const CONVERSATION = '/cheshire/conversations/{conversation_id}';

interface Failed {
  failed?: { body: { code: string; title: string; detail: unknown }; retryAfter?: number };
}

/** The last event of a question: what the coach returned for its run, or why there is nothing. */
export function toQuestionEnd({ status, result }: RunEnd): { event: 'done' | 'error'; data: object } {
  const { failed } = (result ?? {}) as Failed;
  if (failed) {
    const { code, title, detail } = failed.body;
    return {
      event: 'error',
      data: { code, detail: typeof detail === 'string' ? detail : title, retryable: failed.retryAfter !== undefined },
    };
  }
  if (status === 'done') return { event: 'done', data: result as object };
  return { event: 'error', data: { code: 'internal', detail: 'Something went wrong on our side.', retryable: true } };
}

const exchange = streamExchangeOf({ ended: toQuestionEnd, last: ['done', 'error'] });
const stream = { get: routeBuilder('GET', exchange), post: routeBuilder('POST', exchange) };
/** The question is that of the credential; a `user_id` in it is an unknown field. */
const own = { namesNoUser: true };

export const questionRoutes = [
  post('/cheshire/ask', coach.askQuestion, person, { ...own, timeoutMs: ANSWER_MS }),
  stream.post('/cheshire/ask/stream', coach.streamAnswer, person, own),
  stream.post('/cheshire/visualizations/stream', coach.streamChart, person, own),
  get(CONVERSATION, coach.getQuestionConversation, person),
  stream.get(`${CONVERSATION}/stream`, coach.resumeAnswer, person),
];
