import { ChatSessionNotFound } from '@skep/contracts/channels';
import { type Ctx, Database, defineList, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Incoming } from '../bridge/adapter.js';
import type { BridgeEntity } from '../bridge/bridge.entity.js';
import { ChatSessionEntity } from './chat-session.entity.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;
/** Which sessions to list. */
interface Filter {
  channel?: string | undefined;
  active?: boolean | undefined;
}

const PREVIEW_MAX = 200;

const SESSIONS = defineList(
  {
    select: `id, tenant_id, user_id, bridge_id, channel, chat_id, chat_type, contact_id, contact_name, conversation_id, active, message_count,
             last_message, last_activity`,
    from: 'chat_session',
    // The index chat_session_latest.
    orders: {
      latest: [
        ['last_activity', 'timestamptz', 'desc'],
        ['id', 'text', 'desc'],
      ],
    },
  },
  ChatSessionEntity,
);
/** Two messages at once of a new contact are of one session. */
const OPEN = statement(
  `insert into chat_session (id, tenant_id, user_id, bridge_id, channel, chat_id, chat_type, contact_id, contact_name)
   values (:id, :tenant_id, :user_id, :bridge_id, :channel, :chat_id, :chat_type, :contact_id, :contact_name)
   on conflict (bridge_id, chat_id) do update set contact_name = coalesce(excluded.contact_name, chat_session.contact_name) returning *`,
  ChatSessionEntity,
);
const NOTE = statement(
  `update chat_session set active = true, message_count = message_count + 1, last_message = :preview, last_activity = clock_timestamp()
    where id = :id returning *`,
  ChatSessionEntity,
);
const REMEMBER = statement('update chat_session set conversation_id = :conversation_id where id = :id');

/** Reads and writes chat sessions. Those of someone else do not exist. */
@Injectable()
export class ChatSessionRepository {
  constructor(private readonly db: Database) {}

  /** The session of the chat that a message came from, in the current transaction. */
  async open(
    { id: bridge_id, tenant_id, user_id, channel }: BridgeEntity,
    { chat, sender }: Pick<Incoming, 'chat' | 'sender'>,
  ): Promise<ChatSessionEntity> {
    const contact = chat.type === 'direct' ? sender : chat;
    const row = { id: randomUUID(), tenant_id, user_id, bridge_id, channel, chat_id: chat.id, chat_type: chat.type };
    return (await this.db.row(OPEN, { ...row, contact_id: contact.id, contact_name: contact.name || null }))!;
  }

  /** Notes a message in a session, which is active from then on. */
  async note({ id }: Pick<ChatSessionEntity, 'id'>, content: string): Promise<ChatSessionEntity> {
    return (await this.db.row(NOTE, { id, preview: content.slice(0, PREVIEW_MAX).toWellFormed() }))!;
  }

  async rememberConversation(id: string, conversation_id: string): Promise<void> {
    await this.db.rows(REMEMBER, { id, conversation_id });
  }

  /** The latest active first. */
  async list(
    { tenant, user }: Owner,
    { channel, active }: Filter,
    paging: { limit: number; offset: number },
  ): Promise<ChatSessionEntity[]> {
    const selection = {
      order: 'latest',
      where: ['tenant_id = :tenant', 'user_id = :user'],
      filters: [channel !== undefined && 'channel = :channel', active !== undefined && 'active = :active'],
      values: { tenant, user, channel, active },
      // The answer has no total.
      total: () => Promise.resolve(0),
    } as const;
    return (await this.db.page(SESSIONS, selection, paging)).rows;
  }

  countActive({ tenant: tenant_id, user: user_id }: Owner): Promise<number> {
    return this.rows().countBy({ tenant_id, user_id, active: true });
  }

  async find({ tenant: tenant_id, user: user_id }: Owner, id: string): Promise<ChatSessionEntity | undefined> {
    return (await this.rows().findOneBy({ id, tenant_id, user_id })) ?? undefined;
  }

  /** @throws Problem `chat_session_not_found` */
  async get(owner: Owner, id: string): Promise<ChatSessionEntity> {
    const session = await this.find(owner, id);
    if (!session) throw ChatSessionNotFound();
    return session;
  }

  async findById(id: string): Promise<ChatSessionEntity | undefined> {
    return (await this.rows().findOneBy({ id })) ?? undefined;
  }

  /** The session with a contact or a group, by their id in the network. */
  async findByContact(
    { tenant: tenant_id, user: user_id }: Owner,
    { channel, chat_type, contact_id }: Pick<ChatSessionEntity, 'channel' | 'chat_type' | 'contact_id'>,
  ): Promise<ChatSessionEntity | undefined> {
    return (await this.rows().findOneBy({ tenant_id, user_id, contact_id, channel, chat_type })) ?? undefined;
  }

  /** Deletes a chat with all its messages. */
  async deleteChat(bridge_id: string, chat_id: string): Promise<void> {
    await this.rows().delete({ bridge_id, chat_id });
  }

  async archive({ id, tenant_id }: ChatSessionEntity): Promise<void> {
    await this.rows().update({ id, tenant_id }, { active: false });
  }

  private rows() {
    return this.db.repository(ChatSessionEntity);
  }
}
