import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';

type Owner = Pick<Ctx, 'tenant' | 'user'>;

const SUMMARY = { content: 'text', until_id: 'text', until_seq: 'int8', is_outside: 'bool' } as const;
const FIND = statement(
  `select s.content, s.until_id, m.seq as until_seq, s.is_outside
     from conversation_summary s join message m on m.id = s.until_id and m.is_current
    where s.conversation_id = :conversation_id and s.tenant_id = :tenant and s.user_id = :user`,
  SUMMARY,
);
const SAVE = statement(
  `insert into conversation_summary (conversation_id, tenant_id, user_id, content, until_id, is_outside)
   select id, tenant_id, user_id, :content, :until_id, :is_outside from conversation
    where id = :conversation_id and tenant_id = :tenant and user_id = :user
   on conflict (conversation_id) do update set content = excluded.content, until_id = excluded.until_id, is_outside = excluded.is_outside`,
);

export type Summary = NonNullable<(typeof FIND)['row']>;

/** Reads and writes the summaries of conversations. */
@Injectable()
export class SummaryRepository {
  constructor(private readonly db: Database) {}

  /** That of the current branch, if there is one. */
  find({ tenant, user }: Owner, conversation_id: string): Promise<Summary | undefined> {
    return this.db.row(FIND, { conversation_id, tenant, user });
  }

  /** Replaces the former one. */
  async save({ tenant, user }: Owner, conversation_id: string, summary: Summary): Promise<void> {
    await this.db.rows(SAVE, { ...summary, conversation_id, tenant, user });
  }
}
