import { CodingRequestNotFound } from '@skep/contracts/agent';
import { type Ctx, Database, Runs } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { CodingSessionEntity, OpenRequest } from './coding-session.entity.js';
import { CodingSessionRepository } from './coding-session.repository.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;

/** Wakes a task that waits for its request to be answered. */
export type News = { result: Record<string, unknown> } | { frame: { type: string } };

/** The name under which a task waits. Each number is used once. */
export const wakeName = (wake: number): string => `wake ${wake}`;

/** What tasks ask terminals and persons. The row of the session says what is open; the lock of that row orders who answers. */
@Injectable()
export class Requests {
  constructor(
    private readonly db: Database,
    private readonly runs: Runs,
    private readonly sessions: CodingSessionRepository,
  ) {}

  /** Opens a request in the current transaction. @returns the number of the answer to wait for */
  async open(owner: Owner, run_id: string, session_id: string, request: OpenRequest): Promise<number> {
    const session = await this.sessions.lock(owner, session_id);
    if (session.run_id === run_id) await this.sessions.update(session, { request });
    return session.wake;
  }

  /** Closes a request that no one answered, in the current transaction. */
  async giveUp(owner: Owner, run_id: string, session_id: string): Promise<void> {
    const session = await this.sessions.lock(owner, session_id);
    if (session.run_id === run_id) await this.sessions.update(session, { request: null, wake: session.wake + 1 });
  }

  /** The first answer counts. @throws Problem `coding_session_not_found`, `coding_request_not_found` */
  answer(owner: Owner, session_id: string, req_id: string, result: Record<string, unknown>): Promise<void> {
    return this.db.transaction(async () => {
      const session = await this.sessions.lock(owner, session_id);
      if (session.request?.req_id !== req_id) throw CodingRequestNotFound();
      await this.sessions.update(session, { request: null });
      if (!(await this.wake(session, { result }))) throw CodingRequestNotFound();
    });
  }

  /** Has a task that waits show something, in the current transaction. False if it does not wait. */
  async show(session: CodingSessionEntity, frame: { type: string }): Promise<boolean> {
    return session.request !== null && (await this.wake(session, { frame }));
  }

  private async wake(session: CodingSessionEntity, news: News): Promise<boolean> {
    await this.sessions.update(session, { wake: session.wake + 1 });
    return this.runs.answer(session.run_id!, wakeName(session.wake), news);
  }
}
