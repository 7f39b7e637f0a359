import { Empty, IDS, LimitOffsetCursor } from '../common.js';
import { event, operation, page } from '../define.js';
import { Bool, type FieldDocs, Instant, Int, Json, List, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';

export const CHAT_ROLES = ['user', 'assistant', 'system'] as const;
export type ChatRole = (typeof CHAT_ROLES)[number];
/** Characters of a message that a client stores. */
export const MESSAGE_MAX = 500_000;

export const conversationDocs = {
  id: { description: 'Id of the conversation.', example: '7b0a4a52-2f0e-4c6c-9a53-5f7f0a8ed201' },
  user_id: { description: 'Who owns it.', example: 'imp_u_4f9a' },
  title: { description: 'Title of the conversation.', example: 'Plans for the garden' },
  metadata: { description: 'What its client keeps with it.', example: { color: 'green' } },
  message_count: { description: 'Number of its messages, of the current branch.', example: 12 },
  created_at: { description: 'When it began.' },
  updated_at: { description: 'When it last changed.' },
} satisfies Record<string, FieldDocs>;

export const messageId = { description: 'Id of the message.', example: '3f6c2a0e-6d7e-4b9d-8a1f-0c9b7e5d3a21' } satisfies FieldDocs;

@Shape('Identifies a conversation of yours.')
export class ConversationRef {
  @Text({ max: 200, ...conversationDocs.id }) conversation_id!: string;
}

@Shape('A new conversation.')
export class CreateConversation {
  @Optional() @Text({ max: 255, ...conversationDocs.title }) title?: string;
  @Optional() @Json(conversationDocs.metadata) metadata?: Record<string, unknown>;
}

@Shape('New values of a conversation. Fields that are left out stay.')
export class UpdateConversation extends ConversationRef {
  @Optional() @Text({ max: 255, ...conversationDocs.title }) title?: string;
  @Optional() @Json(conversationDocs.metadata) metadata?: Record<string, unknown>;
}

@Shape('A conversation with an agent.')
export class Conversation {
  @Text(conversationDocs.id) id!: string;
  @Text(conversationDocs.user_id) user_id!: string;
  @Nullable() @Text({ ...conversationDocs.title, description: 'Title, null until it has one.' }) title!: string | null;
  @Json(conversationDocs.metadata) metadata!: Record<string, unknown>;
  @Int(conversationDocs.message_count) message_count!: number;
  @Nullable() @Instant({ description: 'What was said until then is shared by a link. Null: it is not shared.' }) shared_at!: Date | null;
  @Instant(conversationDocs.created_at) created_at!: Date;
  @Instant(conversationDocs.updated_at) updated_at!: Date;
}

@Shape('Which conversations to return.')
export class ListConversations extends LimitOffsetCursor {
  @Int({ min: 1, max: 1000, description: 'Maximum number of rows.' }) override limit: number = 50;
  @Optional()
  @Text({ max: 200, description: 'Words that the title or a message contains; among the 10,000 conversations that changed last.' })
  q?: string;
}

@Shape('Conversations, those that changed last first.')
export class ConversationList {
  @List(() => Conversation, { description: 'The conversations of this page.' }) conversations!: Conversation[];
  @Optional() @Int({ description: 'Number on all pages, at most 10,000. Absent after a cursor.', example: 3 }) total?: number;
  @Bool({ description: 'Whether there are more than `total`.', example: false }) total_capped!: boolean;
  @Nullable() @Text({ description: 'Where the list continues; null at its end.' }) next_cursor!: string | null;
}

@Shape('A message of a conversation.')
export class ChatMessage {
  @Text(messageId) id!: string;
  @Text(conversationDocs.id) conversation_id!: string;
  @OneOf(CHAT_ROLES, { description: 'Who says it.', example: 'assistant' }) role!: ChatRole;
  @Text({ description: 'What they say.', example: 'Sow the beans in May.' }) content!: string;
  @Nullable() @Text({ description: 'The agent that says it.', example: 'default' }) agent_id!: string | null;
  @Nullable() @Text({ description: 'The model that the agent used.', example: 'gpt-5-mini' }) model!: string | null;
  @Json({
    description: 'What is known about it, such as `tools` (those that were used), `tokens`, `credits` and `interrupted`.',
    example: {},
  })
  metadata!: Record<string, unknown>;
  @Nullable() @Text({ description: 'The message before it on its branch. Null: it is the first.' }) parent_id!: string | null;
  @Bool({ description: 'Whether it is on the branch that is shown and continued.', example: true }) is_current!: boolean;
  @Instant({ description: 'When it was said.' }) created_at!: Date;
}

@Shape('A conversation with its messages.')
export class ConversationWithMessages extends Conversation {
  @List(() => ChatMessage, { description: 'The first 1,000 messages, oldest first.' }) messages!: ChatMessage[];
}

@Shape('A message that a client stores. No agent answers.')
export class AddMessage extends ConversationRef {
  @OneOf(CHAT_ROLES, { description: 'Who says it.', example: 'user' }) role!: ChatRole;
  @Text({ max: MESSAGE_MAX, description: 'What they say.', example: 'When do I sow beans?' }) content!: string;
  @Optional() @Text({ max: 100, description: 'The agent that says it.' }) agent_id?: string;
  @Optional() @Text({ max: 200, description: 'The model that said it.' }) model?: string;
  @Optional() @Json({ description: 'What the client keeps with it.', example: {} }) metadata?: Record<string, unknown>;
}

@Shape('Which messages of a conversation to return.')
export class ListMessages extends ConversationRef {
  @Int({ min: 1, max: 1000, description: 'Maximum number of messages.' }) limit: number = 100;
  @Int({ min: 0, max: 10_000, description: 'Messages to skip.' }) offset: number = 0;
  @Optional() @Text({ max: 500, description: 'Where to continue: the `cursor` in the `Link` header.' }) cursor?: string;
  @Optional() @Text({ max: 200, ...messageId, description: 'A message of another branch. Left out: the current branch.' }) branch?: string;
}

@Shape('A person has begun a conversation.')
export class ConversationCreated {
  @Text(IDS.tenant) tenant_id!: string;
  @Text(IDS.user) user_id!: string;
  @Text(conversationDocs.id) conversation_id!: string;
}

@Shape('A tool of an agent has run.')
export class ToolExecuted extends ConversationCreated {
  @Text({ description: 'Name of the tool.', example: 'web_search' }) tool!: string;
  @Bool({ description: 'Whether it succeeded.', example: true }) success!: boolean;
}

export const ConversationNotFound = problem('conversation_not_found', 404, 'Conversation not found');
export const MessageNotFound = problem('message_not_found', 404, 'Message not found');

const SCOPE = 'agent:use';

export const conversationMembers = {
  createConversation: operation('Begin a conversation', {
    description: 'Empty: its first message comes with `POST /api/chat/{conversation_id}`, or is stored.',
    input: CreateConversation,
    output: Conversation,
    scope: SCOPE,
  }),
  listConversations: operation('List your conversations', {
    description: 'Those that changed last first.',
    input: ListConversations,
    output: ConversationList,
    scope: SCOPE,
  }),
  getConversation: operation('Read a conversation', {
    description: 'With its first 1,000 messages.',
    input: ConversationRef,
    output: ConversationWithMessages,
    scope: SCOPE,
    problems: [ConversationNotFound],
  }),
  updateConversation: operation('Rename a conversation', {
    description: 'Changes its title or its metadata.',
    input: UpdateConversation,
    output: Conversation,
    scope: SCOPE,
    problems: [ConversationNotFound],
  }),
  deleteConversation: operation('Delete a conversation', {
    description: 'With its messages. A turn in progress is cancelled.',
    input: ConversationRef,
    output: Empty,
    scope: SCOPE,
    problems: [ConversationNotFound],
  }),
  addMessage: operation('Store a message', {
    description: 'The agent sees it in its next turn, and does not answer now.',
    input: AddMessage,
    output: ChatMessage,
    scope: SCOPE,
    problems: [ConversationNotFound],
  }),
  listMessages: operation('List the messages of a conversation', {
    description: 'Oldest first: those of the current branch, or of another one.',
    input: ListMessages,
    output: page(ChatMessage),
    scope: SCOPE,
    problems: [ConversationNotFound, MessageNotFound],
  }),
  conversationCreated: event(ConversationCreated),
  toolExecuted: event(ToolExecuted),
};
