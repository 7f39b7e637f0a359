import { agent } from '@skep/contracts/agent';
import type { RunEnd } from '@skep/contracts';
import { streamExchangeOf } from '../../exchange/stream-exchange.js';
import { service, user } from '../../route.js';
import { get, post, put, routeBuilder } from '../../table.js';

const SESSIONS = '/v1/agent/sessions';
const SESSION = `${SESSIONS}/{session_id}`;
const REMOTE = '/v1/internal/coding-remote/{user_id}';

interface Result {
  text?: string;
  error?: object;
}

const INTERNAL = { code: 'internal_error', message: 'Internal server error', retryable: true };

/** The last event of a task: what the agent said at last, or that it said nothing. */
export function toFinal({ status, result }: RunEnd, task_id: string): { event: 'final'; data: object } {
  const { text = '', error = status === 'failed' ? INTERNAL : null } = (result ?? {}) as Result;
  const ended = { text, awaits_reply: /\?\s*$/.test(text), stopped: status === 'cancelled', error };
  return { event: 'final', data: { type: 'final', task_id, ...ended } };
}

const follow = routeBuilder('GET', streamExchangeOf({ ended: toFinal, last: ['final'], idsNameRun: true }));

/** Coding sessions: agents that work with a terminal, and their remote control. */
export const codingRoutes = [
  post(SESSIONS, agent.startCodingTask, user(), { perMinute: 60 }),
  get(`${SESSIONS}/active`, agent.listActiveCodingSessions, user()),
  follow(`${SESSION}/stream`, agent.followCodingSession, user(), { headers: { last_event_id: 'last-event-id' } }),
  post(`${SESSION}/result`, agent.answerCodingRequest, user()),
  post(`${SESSION}/cancel`, agent.cancelCodingTask, user()),
  post(`${SESSION}/inject`, agent.injectInstruction, user(), { perMinute: 60 }),
  post(`${SESSION}/drop`, agent.dropInstruction, user()),
  get(`${SESSION}/thread`, agent.getCodingThread, user()),
  get(`${SESSION}/pending-steer`, agent.takeSteers, user()),
  get(`${SESSION}/remote`, agent.getCodingRemote, user()),
  put(`${SESSION}/remote`, agent.updateCodingRemote, user()),
  get(REMOTE, agent.getUserCodingRemote, service()),
  put(REMOTE, agent.updateUserCodingRemote, service()),
  get(`${REMOTE}/sessions`, agent.listUserCodingSessions, service()),
  post(`${REMOTE}/steer`, agent.steerCodingSession, service()),
  post(`${REMOTE}/stop`, agent.stopCodingSession, service()),
  post(`${REMOTE}/mode`, agent.requestCodingMode, service()),
  post(`${REMOTE}/consent`, agent.replyConsent, service()),
];
