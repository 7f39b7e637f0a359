import type { InboxStatus, Replied } from '@skep/contracts/channels';
import { commitWithAnswer, currentLease, type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { Adapters } from '../bridge/adapters.js';
import type { ChatSessionEntity } from '../session/chat-session.entity.js';
import { ChatSessionRepository } from '../session/chat-session.repository.js';
import { ChatMessageRepository } from './chat-message.repository.js';
import { OutgoingMessages } from './outgoing-messages.js';

const LOOK_MS = 50;
/** How long a reply is waited for; it is sent in any case. */
const WAIT_MS = 3_000;
/** The part of a request with an Idempotency-Key. */
const QUEUED = 'queue';
const ON_ITS_WAY: readonly InboxStatus[] = ['queued', 'sending'];
/** `telegram:user:5001` */
const CONTACT = /^([a-z]+):(user|group):(.+)$/;

/** Sends what a person writes to a contact or a group, and waits a moment for how that goes. */
@Injectable()
export class Reply {
  constructor(
    private readonly db: Database,
    private readonly adapters: Adapters,
    private readonly sessions: ChatSessionRepository,
    private readonly messages: ChatMessageRepository,
    private readonly outgoing: OutgoingMessages,
  ) {}

  async run(ctx: Ctx, name: string, content: string): Promise<Replied> {
    const session = await this.find(ctx, name);
    if (!session) return { success: false, message_id: null, error: `Session not found: ${name}` };
    const [id] = await this.queueOnce(ctx, session, content);
    if (id === undefined) return { success: false, message_id: null, error: 'The message is empty' };
    const { status, error } = await this.settled(ctx, id);
    const success = status !== 'failed' && status !== 'unknown';
    const answer = { success, message_id: id, error: success ? null : error };
    return commitWithAnswer(this.db, () => Promise.resolve(answer));
  }

  /** A request that is repeated under its Idempotency-Key waits for the messages of the first. */
  private async queueOnce(ctx: Ctx, session: ChatSessionEntity, content: string): Promise<string[]> {
    const lease = currentLease();
    const before = lease?.findPart<string[]>(QUEUED);
    if (before) return before;
    return this.db.transaction(async () => {
      const ids = await this.outgoing.queue(ctx, session, content);
      await lease?.recordPart(QUEUED, ids);
      return ids;
    });
  }

  private find(ctx: Ctx, name: string): Promise<ChatSessionEntity | undefined> {
    const [, channel, kind, contact_id] = CONTACT.exec(name) ?? [];
    const adapter = channel && this.adapters.find(channel);
    if (!adapter || !contact_id) return this.sessions.find(ctx, name);
    return this.sessions.findByContact(ctx, { channel: adapter.name, chat_type: kind === 'user' ? 'direct' : 'group', contact_id });
  }

  private async settled(ctx: Ctx, id: string) {
    for (const end = Date.now() + WAIT_MS; ; await sleep(LOOK_MS)) {
      const message = await this.messages.get(ctx, id);
      if (!ON_ITS_WAY.includes(message.status) || Date.now() > end) return message;
    }
  }
}
