import { type ChatMessageEntity } from './chat-message.entity.js';
import { type Ctx, Database, runKind, Runs } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { Activities } from '../bridge/activities.js';
import { Adapters } from '../bridge/adapters.js';
import { BridgeRepository } from '../bridge/bridge.repository.js';
import type { ChatSessionEntity } from '../session/chat-session.entity.js';
import { ChatSessionRepository } from '../session/chat-session.repository.js';
import { toChatSession } from '../session/describe-session.js';
import { ChatMessageRepository } from './chat-message.repository.js';
import { toShownMessage } from './describe-message.js';
import { splitText } from './split-text.js';

/** Sends a message to a chat network, at most once. */
export const SEND = runKind<{ message_id: string }>('chat.send', { retries: 1_000 });

/** Queues messages to chats. */
@Injectable()
export class OutgoingMessages {
  constructor(
    private readonly db: Database,
    private readonly runs: Runs,
    private readonly adapters: Adapters,
    private readonly bridges: BridgeRepository,
    private readonly sessions: ChatSessionRepository,
    private readonly messages: ChatMessageRepository,
    private readonly activities: Activities,
  ) {}

  /**
   * Queues a text, in as many messages as its network needs; those of a session are sent in their order.
   * @param answered the message that it answers
   * @returns their ids; none for a blank text, or if the bridge was deleted
   */
  queue(ctx: Ctx, session: ChatSessionEntity, text: string, answered?: ChatMessageEntity): Promise<string[]> {
    return this.db.transaction(async () => {
      const bridge = await this.bridges.findById(session.bridge_id);
      if (!bridge) return [];
      const ids: string[] = [];
      for (const content of splitText(text, this.adapters.get(bridge.channel).textMax))
        ids.push(
          await this.add(ctx, session, {
            ...{ direction: 'outbound', sender_id: bridge.bot_id, sender_name: bridge.bot_name || null, content, status: 'queued' },
            ...{ reply_to_id: answered?.vendor_id ?? null, answer_with: answered?.answer_with ?? null },
          }),
        );
      return ids;
    });
  }

  private async add(ctx: Ctx, session: ChatSessionEntity, message: Parameters<ChatMessageRepository['add']>[1]): Promise<string> {
    const row = (await this.messages.add(session, message))!;
    const { id } = row;
    const noted = await this.sessions.note(session, message.content);
    // Not the key of its cause: several messages of one cause are several runs.
    await this.runs.start(SEND, { ...ctx, idempotencyKey: undefined }, { message_id: id }, { key: id, lane: `send ${session.id}` });
    this.activities.show(row, 'new_message', toShownMessage(row, noted));
    this.activities.show(row, 'session_update', toChatSession(noted));
    return id;
  }
}
