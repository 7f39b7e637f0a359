import {
  type AddMessage,
  ChatMessage,
  Conversation,
  ConversationNotFound,
  type CreateConversation,
  type ListConversations,
  MessageNotFound,
  NoTurn,
} from '@skep/contracts/agent';
import { type Ctx, Database, defineList, type Paging, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { ConversationEntity } from './conversation.entity.js';
import { MessageEntity } from './message.entity.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;
/** A message as it is stored. `is_outside`: others wrote it, or a part of it. */
export type NewMessage = Omit<AddMessage, 'conversation_id'> & { id?: string; is_outside?: boolean };
/** What a turn has said. */
type Answer = NewMessage & { id: string; said_id: string; run_id: string; is_cancelled: boolean };
export type StoredMessage = ChatMessage & { seq: number; is_outside: boolean };

export const COLUMNS = 'id, user_id, title, metadata, message_count, shared_at, created_at, updated_at';
const CONVERSATIONS = defineList(
  {
    select: COLUMNS,
    from: 'conversation',
    orders: {
      newest: [
        ['updated_at', 'timestamptz', 'desc'],
        ['id', 'text', 'desc'],
      ],
    },
  },
  Conversation,
);
const MESSAGE_COLUMNS = 'id, conversation_id, role, content, agent_id, model, metadata, parent_id, is_current, created_at';
const MESSAGES = defineList(
  { select: MESSAGE_COLUMNS, from: 'message', orders: { order: [['seq', 'int8', 'asc']] }, atOnce: 50 },
  ChatMessage,
);
export const MINE = 'tenant_id = :tenant and user_id = :user';
const CREATE = statement(
  `insert into conversation (id, tenant_id, user_id, title, metadata, is_hidden)
   values (:id, :tenant, :user, :title, :metadata::jsonb, :is_hidden) returning ${COLUMNS}`,
  Conversation,
);
const FIND = statement(`select ${COLUMNS} from conversation where id = :id and ${MINE}`, Conversation);
const UPDATE = statement(
  `update conversation set title = coalesce(:title, title), metadata = coalesce(:metadata::jsonb, metadata), updated_at = now()
    where id = :id and ${MINE} returning ${COLUMNS}`,
  Conversation,
);
/** The last message of the current branch. */
const LAST = 'select id from message where conversation_id = :conversation_id and is_current order by seq desc limit 1';
const LOCK = statement(`select id from conversation where id = :conversation_id and ${MINE} for update`, { id: 'text' });
const ADD_MESSAGE = statement(
  `with counted as (
     update conversation set message_count = message_count + 1, updated_at = clock_timestamp() where id = :conversation_id and ${MINE} returning id)
   insert into message (id, conversation_id, tenant_id, user_id, role, content, agent_id, model, metadata, is_outside, parent_id)
   select :id, counted.id, :tenant, :user, :role, :content, :agent_id, :model, :metadata::jsonb, :is_outside, (${LAST}) from counted returning ${MESSAGE_COLUMNS}`,
  ChatMessage,
);

/** An answer to a question that is not current any more stays with it, and so does what a turn has said that another one replaces. */
const ADD_ONCE = statement(
  `with place as (
     select c.id, q.is_current and (not :is_cancelled or c.run_id = :run_id) as is_current
       from conversation c join message q on q.id = :said_id and q.conversation_id = c.id
      where c.id = :conversation_id and c.tenant_id = :tenant and c.user_id = :user),
   answered as (
     insert into message (id, conversation_id, tenant_id, user_id, role, content, agent_id, model, metadata, parent_id, is_current)
     select :id, id, :tenant, :user, :role, :content, :agent_id, :model, :metadata::jsonb, case when is_current then (${LAST}) else :said_id end, is_current
       from place
     on conflict (id) do nothing returning conversation_id, is_current)
   update conversation set message_count = message_count + answered.is_current::int, updated_at = clock_timestamp(), title = coalesce(title, (
            select left(regexp_replace(content, '\\s+', ' ', 'g'), 60) from message
             where conversation_id = conversation.id and role = 'user' order by seq limit 1))
     from answered where conversation.id = answered.conversation_id`,
);
const NEWEST = statement(
  `select ${MESSAGE_COLUMNS}, seq, is_outside from message
    where conversation_id = :conversation_id and ${MINE} and is_current and seq > :after order by seq desc limit :most`,
  ChatMessage,
  { seq: 'int8', is_outside: 'bool' },
);
const LEADING_TO = statement(
  `select ${MESSAGE_COLUMNS}, seq, is_outside from message
    where conversation_id = :conversation_id and ${MINE} and id in (select id from branch_of(:conversation_id, :said_id))
      and seq <= (select seq from message where id = :said_id)
    order by seq desc limit :most`,
  ChatMessage,
  { seq: 'int8', is_outside: 'bool' },
);
const SET_RUN = statement(`update conversation set run_id = :run_id where id = :conversation_id and ${MINE} returning id`, { id: 'text' });
const FIND_RUN = statement(`select run_id from conversation where id = :id and ${MINE}`, { run_id: 'text?' });
const OF_CONVERSATION = ['conversation_id = :conversation_id', MINE];
const HAS_VERSIONS = `exists (select from message other
   where other.conversation_id = message.conversation_id and other.parent_id is not distinct from message.parent_id
     and other.role = message.role and other.id <> message.id)`;

/** Reads and writes conversations and their messages. A conversation of someone else does not exist. */
@Injectable()
export class ConversationRepository {
  constructor(private readonly db: Database) {}

  /** @param is_hidden it is not listed */
  async create(
    { tenant, user }: Owner,
    { title, metadata = {} }: CreateConversation,
    { id = randomUUID(), is_hidden = false }: { id?: string; is_hidden?: boolean } = {},
  ): Promise<Conversation> {
    return (await this.db.row(CREATE, { id, tenant, user, title, metadata: JSON.stringify(metadata), is_hidden }))!;
  }

  list({ tenant, user }: Owner, { q, ...paging }: ListConversations) {
    const matches = `(title ilike :pattern or exists (select from message where conversation_id = conversation.id and content ilike :pattern))`;
    const values = { tenant, user, ...(q && { pattern: `%${q.replace(/[\\%_]/g, '\\$&')}%` }) };
    return this.db.page(CONVERSATIONS, { order: 'newest', where: [MINE, 'not is_hidden'], filters: [q && matches], values }, paging);
  }

  /** @throws Problem `conversation_not_found` */
  async find({ tenant, user }: Owner, id: string): Promise<Conversation> {
    return found(await this.db.row(FIND, { id, tenant, user }));
  }

  /** Changes what is given. @throws Problem `conversation_not_found` */
  async update({ tenant, user }: Owner, id: string, { title, metadata }: Partial<CreateConversation>): Promise<Conversation> {
    return found(await this.db.row(UPDATE, { id, tenant, user, title, metadata: metadata && JSON.stringify(metadata) }));
  }

  /** @throws Problem `conversation_not_found` */
  async delete({ tenant, user }: Owner, id: string): Promise<void> {
    const { affected } = await this.db.repository(ConversationEntity).delete({ id, tenant_id: tenant, user_id: user });
    if (!affected) throw ConversationNotFound();
  }

  /** Adds a message at the end of the current branch. @throws Problem `conversation_not_found` */
  async add({ tenant, user }: Owner, conversation_id: string, message: NewMessage): Promise<ChatMessage> {
    const { id = randomUUID(), role, content, agent_id, model, metadata = {}, is_outside = false } = message;
    const values = { id, conversation_id, tenant, user, role, content, agent_id, model, metadata: JSON.stringify(metadata), is_outside };
    return this.db.transaction(async () => {
      await this.lock({ tenant, user }, conversation_id);
      return found(await this.db.row(ADD_MESSAGE, values));
    });
  }

  /** Until the end of the transaction no one else adds to the conversation, or changes its branch. @throws Problem `conversation_not_found` */
  async lock({ tenant, user }: Owner, conversation_id: string): Promise<void> {
    found(await this.db.row(LOCK, { conversation_id, tenant, user }));
  }

  /** Adds an answer, unless it was added before. Titles a conversation that has no title yet. */
  async addOnce({ tenant, user }: Owner, conversation_id: string, message: Answer): Promise<void> {
    const { metadata = {}, agent_id, model, ...rest } = message;
    await this.db.row(LOCK, { conversation_id, tenant, user });
    await this.db.rows(ADD_ONCE, { ...rest, agent_id, model, conversation_id, tenant, user, metadata: JSON.stringify(metadata) });
  }

  /** The newest messages of the current branch, oldest first. @param after only those that follow it */
  async newest({ tenant, user }: Owner, conversation_id: string, { most, after = 0 }: { most: number; after?: number }) {
    return (await this.db.rows(NEWEST, { conversation_id, tenant, user, most, after })).reverse();
  }

  /** The same of the branch of what was said. */
  async newestUntil(owner: Owner, conversation_id: string, said_id: string, range: { most: number; after?: number }) {
    const current = await this.newest(owner, conversation_id, range);
    if (current.some(({ id }) => id === said_id)) return current;
    const { tenant, user } = owner;
    return (await this.db.rows(LEADING_TO, { conversation_id, said_id, tenant, user, most: range.most })).reverse();
  }

  /** A message of the owner, or null. */
  findMessage({ tenant, user }: Owner, id: string): Promise<MessageEntity | null> {
    return this.db.repository(MessageEntity).findOneBy({ id, tenant_id: tenant, user_id: user });
  }

  /** Notes the newest turn. @throws Problem `conversation_not_found` */
  async setRun({ tenant, user }: Owner, conversation_id: string, run_id: string): Promise<void> {
    found(await this.db.row(SET_RUN, { conversation_id, run_id, tenant, user }));
  }

  /** The newest turn, or null. @throws Problem `conversation_not_found` */
  async newestRun({ tenant, user }: Owner, id: string): Promise<string | null> {
    return found(await this.db.row(FIND_RUN, { id, tenant, user })).run_id;
  }

  /** The newest turn. @throws Problem `conversation_not_found`, `no_turn` */
  async findRun(owner: Owner, id: string): Promise<string> {
    const run_id = await this.newestRun(owner, id);
    if (run_id === null) throw NoTurn();
    return run_id;
  }

  /** The messages of a branch, by default the current one, oldest first. @throws Problem `conversation_not_found`, `message_not_found` */
  async listMessages({ tenant, user }: Owner, conversation_id: string, { branch, ...paging }: Paging & { branch?: string }) {
    const { message_count } = await this.find({ tenant, user }, conversation_id);
    const values = { conversation_id, tenant, user, ...(branch !== undefined && { branch }) };
    if (branch === undefined) {
      const total = () => Promise.resolve(message_count);
      return this.db.page(MESSAGES, { order: 'order', where: [...OF_CONVERSATION, 'is_current'], values, total }, paging);
    }
    const message = await this.findMessage({ tenant, user }, branch);
    if (message?.conversation_id !== conversation_id) throw MessageNotFound();
    const isOnBranch = 'id in (select id from branch_of(:conversation_id, :branch))';
    return this.db.page(MESSAGES, { order: 'order', where: [...OF_CONVERSATION, isOnBranch], values }, paging);
  }

  /** Messages that have other versions, with these. @throws Problem `conversation_not_found` */
  async listVersions({ tenant, user }: Owner, conversation_id: string, paging: Paging) {
    await this.find({ tenant, user }, conversation_id);
    const values = { conversation_id, tenant, user };
    return this.db.page(MESSAGES, { order: 'order', where: OF_CONVERSATION, filters: [HAS_VERSIONS], values }, paging);
  }
}

function found<T>(row: T | undefined): T {
  if (!row) throw ConversationNotFound();
  return row;
}
