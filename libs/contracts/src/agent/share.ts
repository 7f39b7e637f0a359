import { operation } from '../define.js';
import { Instant, List, Nullable, OneOf, Shape, Text } from '../fields.js';
import { AnswerTooLarge } from '../problem.js';
import { SentFile } from '../sent-file.js';
import { Conversation, conversationDocs, ConversationNotFound, ConversationRef } from './conversation.js';

export const EXPORT_FORMATS = ['json', 'markdown'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const docs = {
  token: { description: 'Who knows it reads the conversation.', example: 'q8Qe6bqB7s0m5w0T3n0ZxqkYl1G2mR9fJ4hVtXcPa1s' },
  shared_at: { description: 'What was said until then is shared.' },
};

@Shape('Which conversation to download, and how.')
export class ExportConversation extends ConversationRef {
  @OneOf(EXPORT_FORMATS, { description: 'The form of the file.', example: 'markdown' }) format: ExportFormat = 'json';
}

@Shape('A link to a conversation. It is shown once.')
export class ConversationLink {
  @Text(docs.token) token!: string;
  @Text({ description: 'The link.', example: 'https://cloud.example.com/api/shared/q8Qe6bqB7s0m5w0T3n0ZxqkYl1G2mR9fJ4hVtXcPa1s' })
  url!: string;
  @Instant(docs.shared_at) shared_at!: Date;
}

@Shape('Identifies a shared conversation.')
export class SharedRef {
  @Text({ min: 1, max: 200, ...docs.token }) token!: string;
}

@Shape('A message of a shared conversation.')
export class SharedMessage {
  @OneOf(['user', 'assistant'], { description: 'Who says it.', example: 'assistant' }) role!: 'user' | 'assistant';
  @Text({ description: 'What they say.', example: 'Sow the beans in May.' }) content!: string;
  @Instant({ description: 'When it was said.' }) created_at!: Date;
}

@Shape('A conversation that its owner shares.')
export class SharedConversation {
  @Nullable() @Text(conversationDocs.title) title!: string | null;
  @Instant(docs.shared_at) shared_at!: Date;
  @List(() => SharedMessage, { description: 'The messages of the current branch, oldest first.' }) messages!: SharedMessage[];
}

const SCOPE = 'agent:use';

export const shareMembers = {
  exportConversation: operation('Download a conversation', {
    description: 'The messages of the current branch, as JSON or as Markdown, if they have two megabytes at most.',
    input: ExportConversation,
    output: SentFile,
    scope: SCOPE,
    problems: [ConversationNotFound, AnswerTooLarge],
  }),
  shareConversation: operation('Share a conversation by a link', {
    description:
      'Who has the link reads what was said on the current branch until now; not what is said later, and not which tools were used. A former link stops working.',
    input: ConversationRef,
    output: ConversationLink,
    scope: SCOPE,
    secret: true,
    problems: [ConversationNotFound],
  }),
  unshareConversation: operation('Stop sharing a conversation', {
    description: 'Its link stops working.',
    input: ConversationRef,
    output: Conversation,
    scope: SCOPE,
    problems: [ConversationNotFound],
  }),
  readSharedConversation: operation('Read a shared conversation', {
    description: 'For everyone who has its link.',
    input: SharedRef,
    output: SharedConversation,
    problems: [ConversationNotFound, AnswerTooLarge],
  }),
};
