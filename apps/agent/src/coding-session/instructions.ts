import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { CodingInstructionEntity } from './coding-instruction.entity.js';
import type { CodingSessionEntity } from './coding-session.entity.js';
import { CodingSessionRepository } from './coding-session.repository.js';
import { queuedFrame } from './frames.js';
import { Requests } from './requests.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;
export type NewInstruction = Pick<CodingInstructionEntity, 'iid' | 'text' | 'surface'>;

/** The instructions of sessions. All methods but `drop` are for a session that the current transaction has locked. */
@Injectable()
export class Instructions {
  constructor(
    private readonly db: Database,
    private readonly sessions: CodingSessionRepository,
    private readonly requests: Requests,
  ) {}

  find(session_id: string, iid: string): Promise<CodingInstructionEntity | null> {
    return this.rows().findOneBy({ session_id, iid });
  }

  /** Whether a task is one of the session. */
  hasTask(session_id: string, run_id: string): Promise<boolean> {
    return this.rows().existsBy({ session_id, run_id });
  }

  /** Notes one that has become a task. */
  addTask(session: CodingSessionEntity, instruction: NewInstruction, run_id: string): Promise<void> {
    return this.add(session, { ...instruction, goes_to: 'task', state: 'taken', run_id });
  }

  /** The task in progress receives it before its next step. */
  async tellTask(session: CodingSessionEntity, instruction: NewInstruction): Promise<void> {
    const is_shown = await this.requests.show(session, queuedFrame('task_queued', session.run_id!, instruction));
    await this.add(session, { ...instruction, goes_to: 'task', state: 'waiting', is_shown, run_id: session.run_id });
  }

  /** The terminal takes it when it asks for news. */
  tellTerminal(session: CodingSessionEntity, instruction: NewInstruction): Promise<void> {
    return this.add(session, { ...instruction, goes_to: 'terminal', state: 'waiting' });
  }

  /** Takes one back. False if it does not wait. @throws Problem `coding_session_not_found` */
  drop(owner: Owner, session_id: string, iid: string): Promise<boolean> {
    return this.db.transaction(async () => {
      const session = await this.sessions.lock(owner, session_id);
      const found = await this.find(session_id, iid);
      if (found?.state !== 'waiting') return false;
      await this.rows().update({ seq: found.seq, tenant_id: owner.tenant }, { state: 'dropped' });
      if (found.is_shown) await this.requests.show(session, queuedFrame('task_dequeued', found.run_id!, found));
      return true;
    });
  }

  /** Takes those that wait for the task, or for the terminal: the terminal also gets those that no task receives any more. */
  async take(session: CodingSessionEntity, goes_to: 'task' | 'terminal', isIdle = false): Promise<CodingInstructionEntity[]> {
    const { id: session_id, tenant_id, run_id } = session;
    const where = { session_id, state: 'waiting' as const, ...(!isIdle && { goes_to }) };
    const found = await this.rows().find({ where, order: { seq: 'asc' }, take: 100 });
    for (const { seq } of found) await this.rows().update({ seq, tenant_id }, { state: 'taken', ...(goes_to === 'task' && { run_id }) });
    return found;
  }

  private async add(session: CodingSessionEntity, row: Partial<CodingInstructionEntity>): Promise<void> {
    const { id: session_id, tenant_id, user_id } = session;
    // What a terminal has taken comes back under the same name.
    const { affected } = await this.rows().update({ session_id, tenant_id, iid: row.iid }, row as object);
    if (!affected) await this.rows().insert({ ...row, session_id, tenant_id, user_id } as object);
  }

  private rows() {
    return this.db.repository(CodingInstructionEntity);
  }
}
