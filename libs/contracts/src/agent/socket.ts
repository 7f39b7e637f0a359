import { Empty } from '../common.js';
import { broadcast, operation } from '../define.js';
import { AnyJson, Bool, Int, Json, Nested, Optional, Shape, Text } from '../fields.js';
import { SocketClosed, SocketRef } from '../socket.js';
import { AgentNotFound } from './agent.js';
import { ApprovalNotFound, NoTurn, SAID_MAX } from './chat.js';
import { conversationDocs, ConversationNotFound } from './conversation.js';

/** Clients name messages in one of two ways, and are answered in the same. */
export type SocketDialect = 'event' | 'type';

const token = { description: 'Your access token. It is that of the messages that follow, too.', example: 'eyJhbGciOiJSUzI1NiJ9…' };

@Shape('What a message with the field `event` is about.')
export class SocketMessageData {
  @Optional() @Text({ max: 8_000, ...token }) token?: string;
  @Optional() @Text({ max: 200, ...conversationDocs.id }) conversation_id?: string;
  @Optional() @Text({ max: SAID_MAX, description: 'What you say.', example: 'When do I sow beans?' }) content?: string;
  @Optional() @Text({ max: 100, description: 'The agent that answers.' }) agent_id?: string;
  @Optional() @Text({ max: 200, description: 'The call that you decide on.' }) tool_call_id?: string;
  @Optional() @Bool({ description: 'Whether it may run.' }) approved?: boolean;
  @Optional() @Bool({ description: 'Whether the tool may run again in this turn.' }) remember?: boolean;
}

@Shape('A message of a client: named by `event`, with its fields in `data`; or named by `type`, with its fields beside it.')
export class ClientSocketMessage extends SocketRef {
  @Optional() @Text({ max: 100, description: 'Name of the message.', example: 'chat.send' }) event?: string;
  @Optional() @Nested(() => SocketMessageData, { description: 'Its fields.' }) data?: SocketMessageData;
  @Optional() @Text({ max: 100, description: 'Name of the message.', example: 'chat' }) type?: string;
  @Optional() @Text({ max: 8_000, ...token }) token?: string;
  @Optional() @Text({ max: 200, ...conversationDocs.id }) conversation_id?: string;
  @Optional() @Text({ max: SAID_MAX, description: 'What you say.', example: 'When do I sow beans?' }) content?: string;
  @Optional() @Text({ max: 100, description: 'The agent that answers.' }) agent_id?: string;
}

@Shape('A message to a client, in the way in which its own are named.')
export class AgentSocketMessage {
  @Optional() @Text({ description: 'Name of the message.', example: 'chat.chunk' }) event?: string;
  @Optional() @Json({ bytes: Infinity, description: 'Its fields.', example: { content: 'Sow the' } }) data?: object;
  @Optional() @Text({ description: 'Name of the message.', example: 'chunk' }) type?: string;
  @Optional() @Text(conversationDocs.id) conversation_id?: string;
  @Optional() @Text({ description: 'Who is signed in.' }) user_id?: string;
  @Optional() @Text({ description: 'Id of the message that answers.' }) message_id?: string;
  @Optional() @Text({ description: 'The next words.' }) content?: string;
  @Optional() @Text({ description: 'Name of the model.' }) model?: string;
  @Optional() @Text({ description: 'Name of the provider.' }) provider?: string;
  @Optional() @Text({ description: 'Why the turn ended.' }) finish_reason?: string;
  @Optional() @Text({ description: 'The node whose command waits for an approval.' }) node_id?: string;
  @Optional() @Text({ description: 'Id of the approval that a command waits for.' }) approval_id?: string;
  @Optional() @Text({ description: 'Id of a call of a tool.' }) tool_call_id?: string;
  @Optional() @Text({ description: 'Name of the tool.' }) name?: string;
  @Optional() @Text({ description: 'Its arguments as JSON.' }) arguments?: string;
  @Optional() @Json({ bytes: Infinity, description: 'Its arguments.' }) args?: object;
  @Optional() @Bool({ description: 'Whether it worked.' }) success?: boolean;
  @Optional() @Text({ description: 'What it returned, in short.' }) output_preview?: string;
  @Optional() @AnyJson({ description: 'What it returned.' }) result?: unknown;
  @Optional() @Text({ description: 'What went wrong.' }) error?: string;
  @Optional() @Int({ description: 'Milliseconds that it took.' }) execution_time_ms?: number;
  @Optional() @Text({ description: 'The code of a problem.' }) code?: string;
  @Optional() @Text({ description: 'What went wrong.' }) message?: string;
  @Optional() @Bool({ description: 'Whether the same may work again.' }) retryable?: boolean;
}

@Shape('Who listens to a conversation has changed.')
export class ListenersChanged {
  @Text(conversationDocs.id) conversation_id!: string;
}

const SCOPE = 'agent:use';
const problems = [ConversationNotFound];

export const socketMembers = {
  openSocket: operation('Chat over a WebSocket', {
    description: 'Sign in with the first message, or with `?token=`.',
    input: SocketRef,
    output: Empty,
  }),
  closeSocket: operation('Note that a WebSocket has closed', { input: SocketClosed, output: Empty }),
  identifySocket: operation('Sign in', { input: ClientSocketMessage, output: AgentSocketMessage }),
  pingSocket: operation('Ask whether the socket is alive', { input: ClientSocketMessage, output: AgentSocketMessage }),
  subscribeSocket: operation('Read along in a conversation', {
    input: ClientSocketMessage,
    output: AgentSocketMessage,
    scope: SCOPE,
    problems,
  }),
  sayOnSocket: operation('Talk with an agent', {
    input: ClientSocketMessage,
    output: Empty,
    scope: SCOPE,
    problems: [...problems, AgentNotFound],
  }),
  cancelOnSocket: operation('Cancel the turn of a conversation', {
    input: ClientSocketMessage,
    output: Empty,
    scope: SCOPE,
    problems: [...problems, NoTurn],
  }),
  decideOnSocket: operation('Decide on a tool that waits', {
    input: ClientSocketMessage,
    output: Empty,
    scope: SCOPE,
    problems: [...problems, NoTurn, ApprovalNotFound],
  }),

  listenersChanged: broadcast(ListenersChanged),
};
