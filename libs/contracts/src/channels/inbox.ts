import { operation } from '../define.js';
import { Bool, type FieldDocs, Instant, Int, Json, List, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { bridgeDocs } from './bridge.js';

export const DIRECTIONS = ['inbound', 'outbound'] as const;
export type Direction = (typeof DIRECTIONS)[number];
/** `unknown`: no one knows whether it was sent, and it is not sent again. */
export const INBOX_STATUSES = ['received', 'queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'unknown'] as const;
export type InboxStatus = (typeof INBOX_STATUSES)[number];

export const chatDocs = {
  message: { description: 'Id of the message.', example: '7b0a4a52-2f0e-4c6c-9a53-5f7f0a8ed201' },
  session: { description: 'Id of the session.', example: '3f6c2a0e-6d7e-4b9d-8a1f-0c9b7e5d3a21' },
  content: { description: 'The text.', example: 'When do I sow beans?' },
  contact_id: { description: 'Id of the contact in their network; of a group, that of the group.', example: '5001' },
  contact_name: { description: 'Their name; null if it is not known.', example: 'Gus' },
  status: {
    description: 'How far it is. `unknown`: nobody knows whether the network has sent it, and it is not sent again.',
    example: 'sent',
  },
  limit: { description: 'Maximum number of rows.' },
  offset: { description: 'Rows to skip.' },
} satisfies Record<string, FieldDocs>;

@Shape('Which messages to list.')
export class ListInbox {
  @Optional() @Text({ max: 50, ...bridgeDocs.channel }) channel?: string;
  @Optional() @Bool({ description: 'Only those that you have not read, or only the others.', example: true }) unread?: boolean;
  @Int({ min: 1, max: 100, ...chatDocs.limit }) limit: number = 50;
  @Int({ min: 0, max: 10_000, ...chatDocs.offset }) offset: number = 0;
}

@Shape('A message of a chat on another network. Its texts were written outside.')
export class InboxMessage {
  @Text(chatDocs.message) id!: string;
  @Text(chatDocs.session) session_id!: string;
  @Text(bridgeDocs.channel) channel!: string;
  @OneOf(DIRECTIONS, { description: 'Whether it came or was sent.', example: 'inbound' }) direction!: Direction;
  @Text({ description: 'Who wrote it: their id in the network.', example: '5001' }) sender_id!: string;
  @Nullable() @Text({ description: 'Their name; null if it is not known.', example: 'Gus' }) sender_name!: string | null;
  @Text({ description: 'Their name, or their id.', example: 'Gus' }) sender!: string;
  @Text({ max: 100_000, ...chatDocs.content }) content!: string;
  @Nullable() @Text({ description: 'Its id in the network; null until it is sent.', example: '1001' }) channel_message_id!: string | null;
  @Nullable() @Text({ description: 'The id, in the network, of the message that it answers.', example: '1000' }) reply_to_id!:
    string | null;
  @Bool({ description: 'Whether you have not read it.', example: true }) unread!: boolean;
  @OneOf(INBOX_STATUSES, chatDocs.status) status!: InboxStatus;
  @Nullable() @Text({ description: 'Why it was not sent.', example: 'Forbidden: bot was blocked by the user' }) error!: string | null;
  @Instant({ description: 'When it came or was written.', example: '2026-06-21T09:30:00Z' }) created_at!: Date;
  @Text({ description: 'How long ago that was.', example: '5 minutes ago' }) timestamp!: string;
  @Json({ description: 'More about it: its `status`.', example: { status: 'received' } }) metadata!: object;
}

@Shape('Messages, the newest first. They are kept for 90 days.')
export class Inbox {
  @List(() => InboxMessage, { description: 'The messages.' }) messages!: InboxMessage[];
  @Int({ description: 'Number of messages in this answer.', example: 1 }) total!: number;
  @Int({ description: 'How many of all your messages you have not read.', example: 1 }) unread_count!: number;
}

@Shape('Identifies a message.')
export class InboxMessageRef {
  @Text({ max: 200, ...chatDocs.message }) message_id!: string;
}

@Shape('Which messages to mark as read.')
export class MarkInboxRead {
  @Optional() @Text({ max: 200, ...chatDocs.session, description: 'Those of this session. Left out: all.' }) session_id?: string;
}

@Shape('How many messages were marked.')
export class MarkedRead {
  @Int({ description: 'Those that were not read before.', example: 1 }) marked_read!: number;
}

@Shape('A reply to a contact or a group.')
export class ReplyInInbox {
  @Text({
    min: 1,
    max: 300,
    description: 'Id of the session; or `channel:user:contact`, such as `telegram:user:5001`; or `channel:group:id`.',
    example: '3f6c2a0e-6d7e-4b9d-8a1f-0c9b7e5d3a21',
  })
  session_id!: string;
  @Text({ min: 1, max: 20_000, ...chatDocs.content }) content!: string;
}

@Shape('What has become of a reply.')
export class Replied {
  @Bool({ description: 'Whether it was sent, or will be.', example: true }) success!: boolean;
  @Nullable() @Text(chatDocs.message) message_id!: string | null;
  @Nullable() @Text({ description: 'Why it was not sent; null if it was.', example: 'Session not found: nonsense' }) error!: string | null;
}

export const InboxMessageNotFound = problem('inbox_message_not_found', 404, 'Message not found.');

const SCOPE = 'agent:use';

export const inboxMembers = {
  listInbox: operation('List the messages of your channels', {
    description: 'Those of all channels and both directions, newest first.',
    input: ListInbox,
    output: Inbox,
    scope: SCOPE,
  }),
  getInboxMessage: operation('Read a message of a channel', {
    input: InboxMessageRef,
    output: InboxMessage,
    problems: [InboxMessageNotFound],
    scope: SCOPE,
  }),
  markInboxMessageRead: operation('Mark a message as read', {
    description: 'Marks nothing if it is not there.',
    input: InboxMessageRef,
    output: MarkedRead,
    scope: SCOPE,
  }),
  markInboxRead: operation('Mark messages as read', {
    description: 'Those of one session, or all.',
    input: MarkInboxRead,
    output: MarkedRead,
    scope: SCOPE,
  }),
  replyInInbox: operation('Reply on a channel', {
    description:
      'Sends it to the chat of the session: in a group, to the group. Answers 200 with `error` if it cannot be sent. A reply that the network takes late is sent later.',
    input: ReplyInInbox,
    output: Replied,
    spansCalls: true,
    scope: SCOPE,
  }),
};
