import { agent } from '@skep/contracts/agent';
import type { RunEnd } from '@skep/contracts';
import { post, routeBuilder } from '../../table.js';
import { streamExchangeOf } from '../../exchange/stream-exchange.js';
import { person } from './access.js';

/** As long as a person waits for a whole answer. */
const ANSWER_MS = 600_000;

interface Result {
  message_id: string;
  model: string;
  provider: string;
  finish_reason: string;
  error?: object;
}

/** The last event of a turn: what the agent service returned for its run, or why there is nothing. */
export function toTurnEnd({ status, result }: RunEnd, run: string): { event: 'done' | 'error'; data: object } {
  const ended = result as Result | undefined;
  if (status === 'done' && ended?.error) return { event: 'error', data: ended.error };
  if (status === 'done' && ended) return { event: 'done', data: ended };
  if (status === 'failed') return { event: 'error', data: { code: 'internal_error', message: 'Internal server error', retryable: true } };
  const message_id = run.replace(/^run_(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { event: 'done', data: { message_id, finish_reason: 'cancelled', model: '', provider: '' } };
}

const turnStream = streamExchangeOf({ ended: toTurnEnd, last: ['done', 'error'] });
const stream = { get: routeBuilder('GET', turnStream), post: routeBuilder('POST', turnStream) };

export const chatRoutes = [
  post('/api/chat/{conversation_id}', agent.chat, person, { timeoutMs: ANSWER_MS }),
  stream.post('/api/chat/{conversation_id}/stream', agent.streamChat, person),
  stream.get('/api/chat/{conversation_id}/stream', agent.resumeChat, person),
  stream.post('/api/chat/{conversation_id}/regenerate', agent.regenerateChat, person),
  stream.post('/api/chat/{conversation_id}/edit', agent.editChat, person),
  post('/api/chat/{conversation_id}/cancel', agent.cancelChat, person),
  post('/api/chat/{conversation_id}/approvals/{tool_call_id}', agent.decideApproval, person),
];
