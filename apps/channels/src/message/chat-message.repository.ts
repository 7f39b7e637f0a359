import { type ChannelName, type Direction, InboxMessageNotFound, type InboxStatus, ReferenceConflict } from '@skep/contracts/channels';
import { as, type Ctx, Database, defineList, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Receipt } from '../bridge/adapter.js';
import type { ChatSessionEntity } from '../session/chat-session.entity.js';
import { ChatMessageEntity } from './chat-message.entity.js';
import type { ListedMessage } from './describe-message.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;
export type NewMessage = Pick<ChatMessageEntity, 'direction' | 'sender_id' | 'sender_name' | 'content' | 'status'> &
  Partial<Pick<ChatMessageEntity, 'vendor_id' | 'reply_to_id' | 'unread' | 'answer_with'>>;
/** What an outgoing message is called in its network. */
interface Reference {
  id: string;
  conversation_id: string;
  channel: string;
  vendor_id: string;
}
/** Which messages to list. */
interface Filter {
  channel?: string | undefined;
  unread?: boolean | undefined;
  session_id?: string | undefined;
}

const MINE = 'tenant_id = :tenant and user_id = :user';
const MESSAGES = defineList(
  {
    select: `id, tenant_id, user_id, session_id, channel, direction, sender_id, sender_name, content, vendor_id, reply_to_id, unread, status,
             error, created_at`,
    from: 'chat_message',
    // The index chat_message_newest, or chat_message_of_session.
    orders: {
      newest: [
        ['created_at', 'timestamptz', 'desc'],
        ['id', 'text', 'desc'],
      ],
    },
    atOnce: 50,
  },
  {
    ...{ id: 'text', tenant_id: 'text', user_id: 'text', session_id: 'text', sender_id: 'text', sender_name: 'text?', content: 'text' },
    ...{ vendor_id: 'text?', reply_to_id: 'text?', unread: 'bool', error: 'text?', created_at: 'timestamptz' },
    ...{ channel: as<ChannelName>('text'), direction: as<Direction>('text'), status: as<InboxStatus>('text') },
  },
);
const ADD = statement(
  `insert into chat_message (id, tenant_id, user_id, bridge_id, session_id, channel, direction, sender_id, sender_name, content, vendor_id,
                             reply_to_id, unread, status, answer_with)
   values (:id, :tenant_id, :user_id, :bridge_id, :session_id, :channel, :direction, :sender_id, :sender_name, :content, :vendor_id,
           :reply_to_id, :unread, :status, :answer_with)
   on conflict (session_id, direction, vendor_id) where vendor_id is not null do nothing returning *`,
  ChatMessageEntity,
);
const MARK_READ = statement(`update chat_message set unread = false where id = :id and ${MINE} and unread returning id`, { id: 'text' });
const MARK_ALL_READ = statement(
  `update chat_message set unread = false where ${MINE} and unread and (:session_id::text is null or session_id = :session_id) returning id`,
  { id: 'text' },
);
/** From `queued` on, exactly one process sends it. */
const BEGIN = statement(`update chat_message set status = 'sending' where id = :id and status = 'queued' returning id`, { id: 'text' });
const END = statement(
  `update chat_message set status = :status, error = :error, vendor_id = :vendor_id,
          answer_with = case when :status = 'queued' then answer_with end
    where id = :id and (status = 'sending' or (status = 'unknown' and :status <> 'queued')) returning id`,
  { id: 'text' },
);
/** Receipts come in any order: none takes back a later one. */
const NOTE_RECEIPT = statement(
  `update chat_message set status = :status, error = :error
    where bridge_id = :bridge_id and vendor_id = :vendor_id and direction = 'outbound'
      and array_position(array['sent', 'failed', 'delivered', 'read'], status) < array_position(array['sent', 'failed', 'delivered', 'read'], :status)`,
);
/** What is on its way is known to be sent. */
const CONFIRM = statement(
  `update chat_message set vendor_id = :vendor_id, status = case when status in ('queued', 'sending', 'unknown') then 'sent' else status end,
          error = null
    where id = :id and vendor_id is null`,
);
const REFERRED = statement(
  `select message.id, message.vendor_id from chat_message message join chat_session session on session.id = message.session_id
    where message.id = :id and message.direction = 'outbound' and :conversation_id in (session.id, session.conversation_id)
      and message.channel = :channel
      for update of message`,
  { id: 'text', vendor_id: 'text?' },
);
const FORGET_ANSWER_WITH = statement('update chat_message set answer_with = null where id = :id');

/** Reads and writes messages of chats. Those of someone else do not exist. */
@Injectable()
export class ChatMessageRepository {
  constructor(private readonly db: Database) {}

  /** Adds a message to a session. Undefined if it has come before. */
  async add(
    { id: session_id, tenant_id, user_id, bridge_id, channel }: ChatSessionEntity,
    message: NewMessage,
  ): Promise<ChatMessageEntity | undefined> {
    const defaults = { vendor_id: null, reply_to_id: null, unread: false, answer_with: null };
    const row = { ...defaults, ...message, id: randomUUID(), tenant_id, user_id, bridge_id, session_id, channel };
    return this.db.row(ADD, await this.db.sealed(ChatMessageEntity, row));
  }

  /** The newest first. */
  async list(
    { tenant, user }: Owner,
    { channel, unread, session_id }: Filter,
    paging: { limit: number; offset: number },
  ): Promise<ListedMessage[]> {
    const selection = {
      order: 'newest',
      where: ['tenant_id = :tenant', 'user_id = :user', session_id !== undefined && 'session_id = :session_id'],
      filters: [channel !== undefined && 'channel = :channel', unread !== undefined && 'unread = :unread'],
      values: { tenant, user, channel, unread, session_id },
      // The answer has no total.
      total: () => Promise.resolve(0),
    } as const;
    return (await this.db.page(MESSAGES, selection, paging)).rows;
  }

  countUnread({ tenant: tenant_id, user: user_id }: Owner): Promise<number> {
    return this.rows().countBy({ tenant_id, user_id, unread: true });
  }

  /** @throws Problem `inbox_message_not_found` */
  async get({ tenant: tenant_id, user: user_id }: Owner, id: string): Promise<ChatMessageEntity> {
    const message = await this.rows().findOneBy({ id, tenant_id, user_id });
    if (!message) throw InboxMessageNotFound();
    return message;
  }

  async findById(id: string): Promise<ChatMessageEntity | undefined> {
    return (await this.rows().findOneBy({ id })) ?? undefined;
  }

  /** Marks one message as read. Returns how many were not. */
  async markRead({ tenant, user }: Owner, id: string): Promise<number> {
    return (await this.db.rows(MARK_READ, { tenant, user, id })).length;
  }

  /** Marks those of a session, or all. */
  async markAllRead({ tenant, user }: Owner, session_id?: string): Promise<number> {
    return (await this.db.rows(MARK_ALL_READ, { tenant, user, session_id: session_id ?? null })).length;
  }

  /** Takes a queued message to send it. False if it is not queued. */
  async beginSending(id: string): Promise<boolean> {
    return (await this.db.row(BEGIN, { id })) !== undefined;
  }

  /** Notes how sending went. False if that is known already. */
  async endSending(id: string, status: InboxStatus, { error, vendor_id }: { error?: string; vendor_id?: string }): Promise<boolean> {
    return (await this.db.row(END, { id, status, error: error ?? null, vendor_id: vendor_id ?? null })) !== undefined;
  }

  async noteReceipt(bridge_id: string, { message_id: vendor_id, status, error }: Receipt): Promise<void> {
    await this.db.rows(NOTE_RECEIPT, { bridge_id, vendor_id, status, error: (status === 'failed' && error) || null });
  }

  /**
   * Stores what an outgoing message is called in its network, in the current transaction.
   * @throws Problem `inbox_message_not_found` unless it is in this conversation of this channel; `message_reference_conflict`
   */
  async confirmReference({ id, conversation_id, channel, vendor_id }: Reference): Promise<void> {
    const message = await this.db.row(REFERRED, { id, conversation_id, channel });
    if (!message) throw InboxMessageNotFound();
    if (message.vendor_id === vendor_id) return;
    if (message.vendor_id !== null) throw ReferenceConflict();
    await this.db.rows(CONFIRM, { id, vendor_id });
  }

  /** What its answer needed is needed no more. */
  async forgetAnswerWith(id: string): Promise<void> {
    await this.db.rows(FORGET_ANSWER_WITH, { id });
  }

  private rows() {
    return this.db.repository(ChatMessageEntity);
  }
}
