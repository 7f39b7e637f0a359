import { operation } from '../define.js';
import { Bool, Instant, Int, Json, List, Nested, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { bridgeDocs } from './bridge.js';
import { chatDocs, InboxMessage } from './inbox.js';

export const CHAT_TYPES = ['direct', 'group'] as const;
export type ChatType = (typeof CHAT_TYPES)[number];

const docs = {
  active: { description: 'False once you have archived it, until the next message.', example: true },
  last_activity: { description: 'When its last message came or was written.', example: '2026-06-21T09:30:00Z' },
  message_count: { description: 'Number of its messages.', example: 2 },
  last_message: { description: 'Begin of its last message.', example: 'When do I sow beans?' },
};

@Shape('Which sessions to list.')
export class ListChatSessions {
  @Optional() @Text({ max: 50, ...bridgeDocs.channel }) channel?: string;
  @Optional() @Bool({ description: 'Only those that are active, or only the others.', example: true }) active?: boolean;
  @Int({ min: 1, max: 100, ...chatDocs.limit }) limit: number = 50;
  @Int({ min: 0, max: 10_000, ...chatDocs.offset }) offset: number = 0;
}

@Shape('A chat with one contact or group.')
export class ChatSession {
  @Text(chatDocs.session) id!: string;
  @Text(bridgeDocs.channel) channel!: string;
  @Text(chatDocs.contact_id) contact_id!: string;
  @Nullable() @Text(chatDocs.contact_name) contact_name!: string | null;
  @Text({ description: 'Their name, or their id.', example: 'Gus' }) contact!: string;
  @Nullable() @Text({ description: 'The conversation in which the agent answers; null until it has.' }) conversation_id!: string | null;
  @OneOf(CHAT_TYPES, { description: 'Whether it is with one contact.', example: 'direct' }) chat_type!: ChatType;
  @Bool(docs.active) active!: boolean;
  @Instant(docs.last_activity) last_activity!: Date;
  @Instant({ ...docs.last_activity, description: 'The same as `last_activity`.' }) lastActivity!: Date;
  @Int(docs.message_count) message_count!: number;
  @Int({ ...docs.message_count, description: 'The same as `message_count`.' }) messageCount!: number;
  @Nullable() @Text(docs.last_message) last_message!: string | null;
  @Nullable() @Text({ ...docs.last_message, description: 'The same as `last_message`.' }) lastMessage!: string | null;
  @Json({ description: 'More about it.', example: {} }) metadata!: object;
}

@Shape('Sessions, the latest active first.')
export class ChatSessionList {
  @List(() => ChatSession, { description: 'The sessions.' }) sessions!: ChatSession[];
  @Int({ description: 'Number of sessions in this answer.', example: 1 }) total!: number;
  @Int({ description: 'How many of all your sessions are active.', example: 1 }) active_count!: number;
}

@Shape('Identifies a session.')
export class ChatSessionRef {
  @Text({ max: 200, ...chatDocs.session }) session_id!: string;
}

@Shape('A session, with its latest messages.')
export class ChatSessionDetails {
  @Nested(() => ChatSession, { description: 'The session.' }) session!: ChatSession;
  @List(() => InboxMessage, { description: 'Its latest 50 messages, the newest first.' }) messages!: InboxMessage[];
}

@Shape('A session was archived.')
export class ChatSessionArchived {
  @Text({ description: 'Always `archived`.', example: 'archived' }) status!: string;
  @Text(chatDocs.session) session_id!: string;
}

export const ChatSessionNotFound = problem('chat_session_not_found', 404, 'Session not found.');

const SCOPE = 'agent:use';
const problems = [ChatSessionNotFound];

export const chatSessionMembers = {
  listChatSessions: operation('List the sessions of your channels', {
    description: 'One for each contact or group, the latest active first.',
    input: ListChatSessions,
    output: ChatSessionList,
    scope: SCOPE,
  }),
  getChatSession: operation('Read a session of a channel', { input: ChatSessionRef, output: ChatSessionDetails, problems, scope: SCOPE }),
  archiveChatSession: operation('Archive a session', {
    description: 'Its next message makes it active again.',
    input: ChatSessionRef,
    output: ChatSessionArchived,
    problems,
    scope: SCOPE,
  }),
};
