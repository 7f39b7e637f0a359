import type { Intake, IntakeMessage, IntakeStep, IntakeTurn } from '@skep/contracts/coach';
import { as, type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { Answers } from './intake-answers.js';
import { IntakeTurnEntity } from './intake-turn.entity.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;

/** The newest turns that are shown. */
const SHOWN_MAX = 200;
/** Those that a model gets. */
const TOLD_MAX = 30;
const MINE = 'tenant_id = :tenant and user_id = :user';
const TURNS = 'intake_turn t join source_message m on m.id = t.id';
const COLUMNS = 't.*, m.text';
const TEXT = { text: 'text' } as const;
const ADD = statement('insert into intake_turn (id, tenant_id, user_id) values (:id, :tenant, :user)');
const FIND = statement(
  `select ${COLUMNS} from ${TURNS} where t.id = :id and t.tenant_id = :tenant and t.user_id = :user`,
  IntakeTurnEntity,
  TEXT,
);
const LIST = statement(
  `select ${COLUMNS} from ${TURNS} where t.tenant_id = :tenant and t.user_id = :user
    order by t.created_at desc, t.id desc limit ${SHOWN_MAX}`,
  IntakeTurnEntity,
  TEXT,
);
const BEFORE = statement(
  `select ${COLUMNS} from ${TURNS} where t.tenant_id = :tenant and t.user_id = :user
      and (t.created_at, t.id) < (select created_at, id from intake_turn where id = :id) order by t.created_at desc, t.id desc limit ${TOLD_MAX}`,
  IntakeTurnEntity,
  TEXT,
);
const ANSWERS = statement(`select answers from intake where ${MINE}`, { answers: as<Answers>('jsonb') });
/** What the person says replaces what was known; what a model understands fills in what is missing. */
const MERGE = statement(
  `insert into intake as i (tenant_id, user_id, answers) values (:tenant, :user, :answers::jsonb)
   on conflict (tenant_id, user_id) do update set updated_at = now(),
     answers = case when :replaces::bool then i.answers || excluded.answers else excluded.answers || i.answers end
   returning i.answers`,
  { answers: as<Answers>('jsonb') },
);
/** The first answer counts. */
const END = statement(
  `update intake_turn set answered_at = clock_timestamp(), reply = :reply, step = :step, profile_patch = :profile_patch::jsonb
    where id = :id and ${MINE} and answered_at is null`,
);

const COUNT_FAILURE = statement(`update intake_turn set failures = failures + 1 where id = :id and failures = :failures and ${MINE}`);

/** A turn as it is stored. */
export type StoredTurn = IntakeTurnEntity & { text: string };

/** The intakes of people. */
@Injectable()
export class IntakeRepository {
  constructor(private readonly db: Database) {}

  async answers({ tenant, user }: Owner): Promise<Answers> {
    return (await this.db.row(ANSWERS, { tenant, user }))?.answers ?? {};
  }

  async messages({ tenant, user }: Owner): Promise<Intake['messages']> {
    return (await this.db.rows(LIST, { tenant, user })).reverse().flatMap(messagesOf);
  }

  /** What was said before a turn, the oldest first. */
  async messagesBefore({ tenant, user }: Owner, id: string): Promise<IntakeMessage[]> {
    return (await this.db.rows(BEFORE, { tenant, user, id })).reverse().flatMap(messagesOf);
  }

  async add({ tenant, user }: Owner, id: string): Promise<void> {
    await this.db.rows(ADD, { tenant, user, id });
  }

  async find({ tenant, user }: Owner, id: string): Promise<StoredTurn> {
    return (await this.db.row(FIND, { tenant, user, id }))!;
  }

  /** @param replaces what was known under the same names */
  async merge({ tenant, user }: Owner, answers: Answers, { replaces }: { replaces: boolean }): Promise<Answers> {
    return (await this.db.row(MERGE, { tenant, user, answers: JSON.stringify(answers), replaces }))!.answers;
  }

  /** The next attempt is another question. */
  async countFailure({ tenant, user }: Owner, { id, failures }: StoredTurn): Promise<void> {
    await this.db.rows(COUNT_FAILURE, { tenant, user, id, failures });
  }

  async end(
    { tenant, user }: Owner,
    id: string,
    { reply, step, profile_patch }: { reply: string | null; step: IntakeStep; profile_patch: Answers | null },
  ): Promise<void> {
    await this.db.rows(END, { tenant, user, id, reply, step, profile_patch: profile_patch && JSON.stringify(profile_patch) });
  }
}

/** An answered turn. */
export const toTurn = (turn: StoredTurn): IntakeTurn => {
  const step = turn.step ?? 'done';
  return { messages: messagesOf(turn), step, complete: step === 'done', profile_patch: turn.profile_patch };
};

function messagesOf({ id, text, reply, created_at, answered_at }: StoredTurn): IntakeMessage[] {
  const said: IntakeMessage = { id, role: 'person', text, created_at };
  return reply === null || !answered_at ? [said] : [said, { id: `${id}_reply`, role: 'coach', text: reply, created_at: answered_at }];
}
