import { channels, type InboxStatus } from '@skep/contracts/channels';
import { type Ctx, Database, Handlers, OnRun, Outbox, type Run } from '@skep/platform';
import { Adapters } from '../bridge/adapters.js';
import { BridgeRepository, credentialsOf } from '../bridge/bridge.repository.js';
import { ChatSessionRepository } from '../session/chat-session.repository.js';
import type { ChatMessageEntity } from './chat-message.entity.js';
import { ChatMessageRepository } from './chat-message.repository.js';
import { toMessageNoted } from './message-noted.js';
import { SEND } from './outgoing-messages.js';
import { type SentOnce, sendOnce } from './send-once.js';

/** Sends queued messages. What a network may have sent is never sent again by itself. */
@Handlers()
export class SendMessageHandlers {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
    private readonly adapters: Adapters,
    private readonly bridges: BridgeRepository,
    private readonly sessions: ChatSessionRepository,
    private readonly messages: ChatMessageRepository,
  ) {}

  @OnRun(SEND)
  async send(run: Run, { message_id }: { message_id: string }): Promise<void> {
    await sendOnce(run, () => this.find(run.ctx, message_id));
  }

  /** Undefined if its person has forgotten the channel. */
  private async find(ctx: Ctx, id: string): Promise<SentOnce | undefined> {
    const message = await this.messages.findById(id);
    const session = message && (await this.sessions.findById(message.session_id));
    const bridge = session && (await this.bridges.findById(session.bridge_id));
    if (!bridge) return undefined;
    const { content: text, reply_to_id, answer_with } = message;
    // A direct chat needs no quotation.
    const reply = session.chat_type === 'group' && reply_to_id !== null && { reply_to: reply_to_id };
    const outgoing = { chat_id: session.chat_id, text, ...reply, ...(answer_with !== null && { answer_with }) };
    return {
      begin: () => this.messages.beginSending(id),
      status: async () => (await this.messages.findById(id))?.status ?? 'failed',
      send: (signal) => this.adapters.get(bridge.channel).send(credentialsOf(bridge), outgoing, signal),
      end: (status, how) => this.end(ctx, message, status, how),
    };
  }

  private end(ctx: Ctx, message: ChatMessageEntity, status: InboxStatus, how: { error?: string; vendor_id?: string }): Promise<void> {
    return this.db.transaction(async () => {
      if (!(await this.messages.endSending(message.id, status, how)) || status !== 'sent') return;
      await this.bridges.noteSent(message.bridge_id);
      await this.outbox.add(channels.messageSent, ctx, toMessageNoted(message, true));
    });
  }
}
