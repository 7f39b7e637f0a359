import { Conversation, ConversationNotFound, MessageNotFound } from '@skep/contracts/agent';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { COLUMNS, ConversationRepository, MINE } from './conversation.repository.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;

const FIND = statement(
  `select seq, role, is_current from message where id = :message_id and conversation_id = :conversation_id and ${MINE}`,
  { seq: 'int8', role: 'text', is_current: 'bool' },
);
const QUESTION = statement(
  `select id, seq from message
    where id in (select id from branch_of(:conversation_id, :message_id)) and conversation_id = :conversation_id and ${MINE}
      and role = 'user' and seq < :seq
    order by seq desc limit 1`,
  { id: 'text', seq: 'int8' },
);
const LAST_QUESTION = statement(
  `select id, seq from message where conversation_id = :conversation_id and ${MINE} and is_current and role = 'user' order by seq desc limit 1`,
  { id: 'text', seq: 'int8' },
);
const SELECT = statement(
  `with path as (select id from branch_of(:conversation_id, :message_id)),
   changed as (
     update message set is_current = not is_current
      where conversation_id = :conversation_id and ${MINE} and is_current <> (id in (select id from path)) returning id)
   update conversation set message_count = (select count(*) from path), updated_at = clock_timestamp()
    where id = :conversation_id and ${MINE} returning ${COLUMNS}`,
  Conversation,
);
const LEAVE = statement(
  `with left_behind as (
     update message set is_current = false where conversation_id = :conversation_id and ${MINE} and is_current and seq >= :seq returning id)
   update conversation set message_count = message_count - (select count(*) from left_behind), updated_at = clock_timestamp()
    where id = :conversation_id and ${MINE}`,
);

/** Branches of conversations: a message that is edited or answered again gets another version, and what followed stays with the former one. */
@Injectable()
export class BranchRepository {
  constructor(
    private readonly db: Database,
    private readonly conversations: ConversationRepository,
  ) {}

  /** The branch through a message becomes the one that is shown and continued. @throws Problem `conversation_not_found`, `message_not_found` */
  select(owner: Owner, conversation_id: string, message_id: string): Promise<Conversation> {
    return this.db.transaction(async () => {
      await this.find(owner, conversation_id, message_id);
      return this.show(owner, conversation_id, message_id);
    });
  }

  /** Leaves the branch at something that the person has said: what is added next is another version of it. @throws Problem `conversation_not_found`, `message_not_found` */
  async leaveAt(owner: Owner, conversation_id: string, message_id: string): Promise<void> {
    const { role, seq, is_current } = await this.find(owner, conversation_id, message_id);
    if (role !== 'user') throw MessageNotFound();
    if (!is_current) await this.show(owner, conversation_id, message_id);
    await this.leave(owner, conversation_id, seq);
  }

  /**
   * The question of an answer, by default the last one. Undefined if there is none, or if the message is no answer.
   * @throws Problem `conversation_not_found`, `message_not_found`
   */
  async questionOf(owner: Owner, conversation_id: string, message_id?: string): Promise<{ id: string; seq: number } | undefined> {
    const key = { conversation_id, tenant: owner.tenant, user: owner.user };
    if (message_id === undefined) return this.db.row(LAST_QUESTION, key);
    const { role, seq } = await this.find(owner, conversation_id, message_id);
    return role === 'assistant' ? this.db.row(QUESTION, { ...key, message_id, seq }) : undefined;
  }

  /** Leaves the branch after a question: what is added next is another answer. */
  async leaveAfter(owner: Owner, conversation_id: string, question: { id: string; seq: number }): Promise<void> {
    const { is_current } = await this.find(owner, conversation_id, question.id);
    if (!is_current) await this.show(owner, conversation_id, question.id);
    await this.leave(owner, conversation_id, question.seq + 1);
  }

  /** @throws Problem `conversation_not_found`, `message_not_found` */
  private async find(owner: Owner, conversation_id: string, message_id: string) {
    await this.conversations.lock(owner, conversation_id);
    const found = await this.db.row(FIND, { conversation_id, message_id, tenant: owner.tenant, user: owner.user });
    if (!found) throw MessageNotFound();
    return found;
  }

  private async show({ tenant, user }: Owner, conversation_id: string, message_id: string): Promise<Conversation> {
    const shown = await this.db.row(SELECT, { conversation_id, message_id, tenant, user });
    if (!shown) throw ConversationNotFound();
    return shown;
  }

  private async leave({ tenant, user }: Owner, conversation_id: string, seq: number): Promise<void> {
    await this.db.rows(LEAVE, { conversation_id, seq, tenant, user });
  }
}
