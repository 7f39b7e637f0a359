import { type AnswerSource, type ChartSpec, type QuestionConversation, QuestionConversationNotFound } from '@skep/contracts/coach';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { QuestionEntity } from './question.entity.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;
export type Answer = { answer: string; spec?: ChartSpec; sources: AnswerSource[] };

const SHOWN = 200;
const REMEMBERED = 6;
const OF = 'tenant_id = :tenant and user_id = :user and conversation_id = :conversation_id';
const NEWEST = statement(`select * from question where ${OF} order by asked_at desc, id desc limit :most`, QuestionEntity);
const ANSWER = statement(
  `update question set answer = :answer, spec = :spec::jsonb, sources = :sources::jsonb, answered_at = clock_timestamp(), run_id = null
    where tenant_id = :tenant and user_id = :user and id = :id
   returning (extract(epoch from clock_timestamp() - asked_at) * 1000)::int4 as took_ms`,
  { took_ms: 'int4' },
);

/** The questions of people, in conversations. */
@Injectable()
export class QuestionRepository {
  constructor(private readonly db: Database) {}

  async add(
    { tenant: tenant_id, user: user_id }: Owner,
    row: Pick<QuestionEntity, 'id' | 'conversation_id' | 'kind' | 'question' | 'run_id'>,
  ): Promise<void> {
    await this.rows().insert({ tenant_id, user_id, ...row });
  }

  /** Undefined if it was erased. */
  async find({ tenant: tenant_id, user: user_id }: Owner, id: string): Promise<QuestionEntity | undefined> {
    return (await this.rows().findOneBy({ tenant_id, user_id, id })) ?? undefined;
  }

  /** What was said before a question, oldest first. */
  async before(owner: Owner, { conversation_id, id }: Pick<QuestionEntity, 'conversation_id' | 'id'>): Promise<QuestionEntity[]> {
    const rows = await this.db.rows(NEWEST, { ...owner, conversation_id, most: REMEMBERED + 1 });
    return rows.filter((row) => row.id !== id && row.answer !== null).reverse();
  }

  /** @throws Problem `question_conversation_not_found`, also for those of others */
  async newest(owner: Owner, conversation_id: string): Promise<QuestionEntity> {
    const [newest] = await this.db.rows(NEWEST, { ...owner, conversation_id, most: 1 });
    if (!newest) throw QuestionConversationNotFound();
    return newest;
  }

  /** @throws Problem `question_conversation_not_found`, also for those of others */
  async conversation(owner: Owner, conversation_id: string): Promise<QuestionConversation> {
    const rows = await this.db.rows(NEWEST, { ...owner, conversation_id, most: SHOWN });
    const newest = rows[0];
    if (!newest) throw QuestionConversationNotFound();
    return { id: conversation_id, messages: rows.reverse().flatMap(toMessages), pending: newest.run_id };
  }

  /** @returns how long the person has waited; undefined if the question was erased */
  async answer(owner: Owner, id: string, { answer, spec, sources }: Answer): Promise<number | undefined> {
    const values = { answer, spec: spec ? JSON.stringify(spec) : null, sources: JSON.stringify(sources) };
    return (await this.db.row(ANSWER, { ...owner, id, ...values }))?.took_ms;
  }

  /** No answer will come. */
  async giveUp({ tenant: tenant_id, user: user_id }: Owner, id: string): Promise<void> {
    await this.rows().update({ tenant_id, user_id, id }, { run_id: null });
  }

  private rows() {
    return this.db.repository(QuestionEntity);
  }
}

function toMessages({ id, question, asked_at, answer, answered_at, sources, spec }: QuestionEntity): QuestionConversation['messages'] {
  const asked = { id, role: 'user', content: question, created_at: asked_at };
  if (answer === null) return [asked];
  return [asked, { id: `${id}_answer`, role: 'assistant', content: answer, created_at: answered_at!, sources, ...(spec && { spec }) }];
}
