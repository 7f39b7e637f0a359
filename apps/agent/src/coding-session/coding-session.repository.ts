import { CodingSessionNotFound, MAX_CODING_SESSIONS, TooManyCodingSessions } from '@skep/contracts/agent';
import { type Ctx, Database, Runs, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { In, Not } from 'typeorm';
import { ConversationRepository } from '../conversation/conversation.repository.js';
import { CodingSessionEntity } from './coding-session.entity.js';
import { type SessionName, sessionNameOf } from './session-name.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;
export type RunStatus = NonNullable<Awaited<ReturnType<Runs['find']>>>['status'];

/** How many sessions of a person are kept. */
const KEPT_MAX = 500;
const LOCK_PERSON = statement(
  `select 1 as locked from pg_advisory_xact_lock(hashtextextended('coding sessions ' || :tenant || ' ' || :user, 0))`,
  { locked: 'int4' },
);
const LOCK = statement('select id from coding_session where id = :id and tenant_id = :tenant and user_id = :user for update', {
  id: 'text',
});
const ADD = statement(
  `insert into coding_session (id, tenant_id, user_id, conversation_id, kind, slot) values (:id, :tenant, :user, :conversation_id, :kind, :slot)`,
);
const ACTIVE = statement(
  `select s.id, r.status, r.created_at as started from coding_session s join run r on r.id = s.run_id and r.ended_at is null
    where s.tenant_id = :tenant and s.user_id = :user order by r.created_at, s.id`,
  { id: 'text', status: 'text', started: 'timestamptz' },
);

/** Reads and writes coding sessions. A session of someone else does not exist. */
@Injectable()
export class CodingSessionRepository {
  constructor(
    private readonly db: Database,
    private readonly runs: Runs,
    private readonly conversations: ConversationRepository,
  ) {}

  /** @throws Problem `coding_session_not_found` */
  async find({ tenant, user }: Owner, id: string): Promise<CodingSessionEntity> {
    const found = await this.rows().findOneBy({ id, tenant_id: tenant, user_id: user });
    if (!found) throw CodingSessionNotFound();
    return found;
  }

  /** A session of the person, or null if it could be theirs. @throws Problem `coding_session_not_found` if its id is not one of theirs */
  async findOwn({ tenant, user }: Owner, id: string): Promise<CodingSessionEntity | null> {
    if (!sessionNameOf(user, id)) throw CodingSessionNotFound();
    return this.rows().findOneBy({ id, tenant_id: tenant, user_id: user });
  }

  /** Locks a session for the current transaction. @throws Problem `coding_session_not_found` */
  async lock(owner: Owner, id: string): Promise<CodingSessionEntity> {
    await this.db.rows(LOCK, { id, tenant: owner.tenant, user: owner.user });
    return this.find(owner, id);
  }

  /** The same, and creates it if it does not exist. */
  async lockOrCreate(ctx: Ctx, { id, kind, slot }: SessionName): Promise<CodingSessionEntity> {
    const { tenant, user } = ctx;
    await this.db.rows(LOCK_PERSON, { tenant, user });
    if (!(await this.rows().existsBy({ id, tenant_id: tenant, user_id: user }))) {
      await this.makeRoom(ctx);
      const { id: conversation_id } = await this.conversations.create(ctx, { metadata: { coding_session_id: id } }, { is_hidden: true });
      await this.db.rows(ADD, { id, tenant, user, conversation_id, kind, slot });
    }
    return this.lock(ctx, id);
  }

  /** The status of its task, if that has not ended. */
  async statusOf({ run_id }: Pick<CodingSessionEntity, 'run_id'>): Promise<RunStatus | undefined> {
    const run = run_id === null ? undefined : await this.runs.find(run_id);
    return run && !run.ended_at ? run.status : undefined;
  }

  /** The tasks in progress, by session, oldest first. */
  listActive({ tenant, user }: Owner) {
    return this.db.rows(ACTIVE, { tenant, user });
  }

  /** @throws Problem `too_many_coding_sessions` */
  async assertRoom(owner: Owner): Promise<void> {
    if ((await this.listActive(owner)).length >= MAX_CODING_SESSIONS) throw TooManyCodingSessions();
  }

  /** The newest first. */
  list({ tenant, user }: Owner): Promise<CodingSessionEntity[]> {
    return this.rows().find({ where: { tenant_id: tenant, user_id: user }, order: { updated_at: 'desc', id: 'desc' }, take: 200 });
  }

  async update({ id, tenant_id }: Pick<CodingSessionEntity, 'id' | 'tenant_id'>, changes: Partial<CodingSessionEntity>): Promise<void> {
    await this.rows().update({ id, tenant_id }, changes as object);
  }

  /** Deletes the session that was not used for longest, if the person has too many. */
  private async makeRoom(owner: Owner): Promise<void> {
    const { tenant: tenant_id, user: user_id } = owner;
    if ((await this.rows().countBy({ tenant_id, user_id })) < KEPT_MAX) return;
    const active = (await this.listActive(owner)).map(({ id }) => id);
    const [oldest] = await this.rows().find({
      where: { tenant_id, user_id, id: Not(In(active)) },
      order: { updated_at: 'asc', id: 'asc' },
      take: 1,
    });
    if (oldest) await this.conversations.delete(owner, oldest.conversation_id);
  }

  private rows() {
    return this.db.repository(CodingSessionEntity);
  }
}
