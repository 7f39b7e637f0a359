import { agent, AgentSocketMessage } from '@skep/contracts/agent';
import type { ChannelActivity, ShownMessage } from '@skep/contracts/channels';
import { isObject, type Problem, textOfFaults } from '@skep/contracts';
import { account, open, user } from '../../route.js';
import { message, socket } from '../../table.js';

const person = user();

/** What clients look for when a field is missing. */
const REQUIRED: Readonly<Record<string, string>> = {
  'chat.send': 'conversation_id and content required',
  'chat.subscribe': 'conversation_id required',
};

function textOf({ body: { code, detail, title } }: Problem, name: string): string {
  if (code === 'unauthenticated') return name === 'auth' ? 'Invalid token' : 'Authentication required';
  if (code === 'bad_request') return name ? `Unknown event: ${name.slice(0, 100)}` : 'Invalid JSON';
  if (code === 'invalid_input' && !name) return 'Invalid JSON';
  if (code === 'invalid_input' && REQUIRED[name]) return REQUIRED[name];
  return Array.isArray(detail) ? textOfFaults(detail) : typeof detail === 'string' ? detail : title;
}

/** The answer to a message with a problem, in the way in which the message is named. */
export function errorOf(problem: Problem, sent: Readonly<Record<string, unknown>>): object {
  const { code } = problem.body;
  if (typeof sent['type'] === 'string' && sent['event'] === undefined)
    return { type: 'error', code, message: textOf(problem, sent['type']) };
  const name = typeof sent['event'] === 'string' ? sent['event'] : '';
  const message = textOf(problem, name);
  if (name === 'auth') return { event: 'auth.error', data: { message } };
  const { conversation_id } = isObject(sent['data']) ? sent['data'] : {};
  const isOfChat = name.startsWith('chat.') && typeof conversation_id === 'string' && code !== 'unauthenticated' && code !== 'bad_request';
  return isOfChat ? { event: 'chat.error', data: { conversation_id, message } } : { event: 'error', data: { message } };
}

const PREVIEW_MAX = 100;

/** A message that came on a channel. */
function newInInbox({ type, data }: ChannelActivity): object | undefined {
  const { direction, channel, sender, session_id, conversation_id, content } = data as ShownMessage;
  if (type !== 'new_message' || direction !== 'inbound') return undefined;
  const preview = content.slice(0, PREVIEW_MAX).toWellFormed();
  return { event: 'inbox.new', data: { channel, sender, session_id, conversation_id: conversation_id ?? '', preview } };
}

export const socketRoutes = [
  socket('/ws', agent.openSocket, open(), {
    tokenIn: 'token',
    names: ['event', 'type'],
    messages: {
      auth: message(agent.identifySocket, account()),
      ping: message(agent.pingSocket, open()),
      'chat.subscribe': message(agent.subscribeSocket, person),
      'chat.send': message(agent.sayOnSocket, person),
      'chat.cancel': message(agent.cancelOnSocket, person),
      'chat.approve': message(agent.decideOnSocket, person),
      chat: message(agent.sayOnSocket, person),
      subscribe: message(agent.subscribeSocket, person),
      cancel: message(agent.cancelOnSocket, person),
    },
    credentialOf: ({ token, data }) => token ?? (isObject(data) ? data['token'] : undefined),
    onClose: agent.closeSocket,
    sends: [AgentSocketMessage],
    shows: { scope: 'agent:use', toMessage: newInInbox },
    errorOf,
  }),
];
