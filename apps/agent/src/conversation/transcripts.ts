import { AnswerTooLarge } from '@skep/contracts';
import type { ChatRole } from '@skep/contracts/agent';
import { as, type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';

/** They are one answer, and one message of the bus. */
const BYTES_MAX = 2_000_000;
const OF_BRANCH = `conversation_id = :conversation_id and tenant_id = :tenant and user_id = :user and is_current
  and created_at <= coalesce(:until, 'infinity'::timestamptz)`;
const MEASURE = statement(`select coalesce(sum(octet_length(content) + 100), 0)::int8 as bytes from message where ${OF_BRANCH}`, {
  bytes: 'int8',
});
const READ = statement(`select role, content, agent_id, model, created_at from message where ${OF_BRANCH} order by seq`, {
  role: as<ChatRole>('text'),
  content: 'text',
  agent_id: 'text?',
  model: 'text?',
  created_at: 'timestamptz',
});

export type Line = NonNullable<(typeof READ)['row']>;

/** What was said in conversations, as a whole. */
@Injectable()
export class Transcripts {
  constructor(private readonly db: Database) {}

  /** The messages of the current branch, oldest first. @param until only what was said by then @throws Problem `answer_too_large` */
  async read({ tenant, user }: Pick<Ctx, 'tenant' | 'user'>, conversation_id: string, until?: Date): Promise<Line[]> {
    const values = { conversation_id, tenant, user, until };
    if ((await this.db.row(MEASURE, values))!.bytes > BYTES_MAX) throw AnswerTooLarge();
    return this.db.rows(READ, values);
  }
}
