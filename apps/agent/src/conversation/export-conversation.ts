import type { SentFile } from '@skep/contracts';
import type { Conversation, ExportConversation as Input } from '@skep/contracts/agent';
import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { ConversationRepository } from './conversation.repository.js';
import { type Line, Transcripts } from './transcripts.js';

const NAMES: Readonly<Record<string, string>> = { user: 'You', assistant: 'Assistant', system: 'System' };

/** Makes a file of a conversation. */
@Injectable()
export class ExportConversation {
  constructor(
    private readonly conversations: ConversationRepository,
    private readonly transcripts: Transcripts,
  ) {}

  /** @throws Problem `conversation_not_found`, `answer_too_large` */
  async run(ctx: Ctx, { conversation_id, format }: Input): Promise<SentFile> {
    const conversation = await this.conversations.find(ctx, conversation_id);
    const lines = await this.transcripts.read(ctx, conversation_id);
    const isJson = format === 'json';
    return {
      name: `conversation-${conversation_id}.${isJson ? 'json' : 'md'}`,
      media_type: isJson ? 'application/json' : 'text/markdown; charset=utf-8',
      content: Buffer.from(isJson ? toJson(conversation, lines) : toMarkdown(conversation, lines)).toString('base64'),
    };
  }
}

function toJson({ id, title, metadata, created_at, updated_at }: Conversation, messages: readonly Line[]): string {
  return `${JSON.stringify({ id, title, metadata, created_at, updated_at, messages }, null, 2)}\n`;
}

function toMarkdown({ title }: Conversation, lines: readonly Line[]): string {
  const parts = lines.map(({ role, content, created_at }) => `## ${NAMES[role]}, ${created_at.toISOString()}\n\n${content.trim()}\n`);
  return [`# ${title ?? 'Conversation'}\n`, ...parts].join('\n');
}
