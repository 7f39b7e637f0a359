import {
  channels,
  type ChatSessionRef,
  type InboxMessageRef,
  type ListChatSessions,
  type ListInbox,
  type MarkInboxRead,
  type Replied,
  type ReplyInInbox,
} from '@skep/contracts/channels';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { ChatSessionRepository } from '../session/chat-session.repository.js';
import { toChatSession } from '../session/describe-session.js';
import { ChatMessageRepository } from './chat-message.repository.js';
import { toInboxMessage } from './describe-message.js';
import { Reply } from './reply.js';

const SHOWN = 50;

/** The messages of a person's channels, and the sessions that they are in. */
@Handlers()
export class InboxHandlers {
  constructor(
    private readonly sessions: ChatSessionRepository,
    private readonly messages: ChatMessageRepository,
    private readonly replies: Reply,
  ) {}

  @Handle(channels.listInbox)
  async listInbox(ctx: Ctx, { limit, offset, ...filter }: ListInbox) {
    const [rows, unread_count] = await Promise.all([this.messages.list(ctx, filter, { limit, offset }), this.messages.countUnread(ctx)]);
    return { messages: rows.map((row) => toInboxMessage(row)), total: rows.length, unread_count };
  }

  @Handle(channels.getInboxMessage)
  async getInboxMessage(ctx: Ctx, { message_id }: InboxMessageRef) {
    return toInboxMessage(await this.messages.get(ctx, message_id));
  }

  @Handle(channels.markInboxMessageRead)
  async markInboxMessageRead(ctx: Ctx, { message_id }: InboxMessageRef) {
    return { marked_read: await this.messages.markRead(ctx, message_id) };
  }

  @Handle(channels.markInboxRead)
  async markInboxRead(ctx: Ctx, { session_id }: MarkInboxRead) {
    return { marked_read: await this.messages.markAllRead(ctx, session_id) };
  }

  @Handle(channels.replyInInbox)
  replyInInbox(ctx: Ctx, { session_id, content }: ReplyInInbox): Promise<Replied> {
    return this.replies.run(ctx, session_id, content);
  }

  @Handle(channels.listChatSessions)
  async listChatSessions(ctx: Ctx, { limit, offset, ...filter }: ListChatSessions) {
    const [rows, active_count] = await Promise.all([this.sessions.list(ctx, filter, { limit, offset }), this.sessions.countActive(ctx)]);
    return { sessions: rows.map(toChatSession), total: rows.length, active_count };
  }

  @Handle(channels.getChatSession)
  async getChatSession(ctx: Ctx, { session_id }: ChatSessionRef) {
    const session = await this.sessions.get(ctx, session_id);
    const messages = await this.messages.list(ctx, { session_id }, { limit: SHOWN, offset: 0 });
    return { session: toChatSession(session), messages: messages.map((row) => toInboxMessage(row)) };
  }

  @Handle(channels.archiveChatSession)
  async archiveChatSession(ctx: Ctx, { session_id }: ChatSessionRef) {
    await this.sessions.archive(await this.sessions.get(ctx, session_id));
    return { status: 'archived', session_id };
  }
}
