import { CodingRemoteOff, CodingRequestNotFound, type RemoteState, CodingSessionNotFound, type TakeSteers } from '@skep/contracts/agent';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { CodingSessionEntity } from './coding-session.entity.js';
import { CodingSessionRepository } from './coding-session.repository.js';
import { CodingTasks } from './coding-tasks.js';
import { Instructions } from './instructions.js';
import { Requests } from './requests.js';
import { sessionNameOf } from './session-name.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;

/** Follows and steers the coding sessions of a person from elsewhere. */
@Injectable()
export class Remotes {
  constructor(
    private readonly db: Database,
    private readonly sessions: CodingSessionRepository,
    private readonly tasks: CodingTasks,
    private readonly instructions: Instructions,
    private readonly requests: Requests,
  ) {}

  /** A terminal asks for news: it gets each instruction and mode once. @throws Problem `coding_session_not_found` */
  async take(ctx: Ctx, { session_id, mode, label }: TakeSteers) {
    const taken = await this.db.transaction(async () => {
      const session = await this.lockOwn(ctx, session_id);
      const isIdle = !(await this.sessions.statusOf(session));
      const items = await this.instructions.take(session, 'terminal', isIdle);
      await this.sessions.update(session, {
        ...{ requested_mode: null, seen_at: new Date() },
        ...(mode && { applied_mode: mode }),
        ...(label && !session.label && { label }),
      });
      return { session, items: items.map(({ text, surface, iid }) => ({ text, surface, iid })) };
    });
    const { session, items } = taken;
    return { items, requested_mode: session.requested_mode, attach: await this.tasks.findAttach(session) };
  }

  /** @throws Problem `coding_session_not_found` */
  async switch(ctx: Ctx, session_id: string, { enabled, mirror, steer }: RemoteState): Promise<RemoteState> {
    return this.db.transaction(async () => {
      const session = await this.lockOwn(ctx, session_id);
      await this.sessions.update(session, { remote_enabled: enabled, mirror, steer });
      return { enabled, mirror, steer };
    });
  }

  /** The terminal takes it with its next question. @throws Problem `coding_session_not_found`, `coding_remote_off` */
  steer(owner: Owner, session_id: string, text: string, surface?: string): Promise<void> {
    return this.db.transaction(async () => {
      const session = await this.lockFor(owner, session_id, surface);
      await this.instructions.tellTerminal(session, { iid: randomUUID().replaceAll('-', ''), text, surface: surface ?? ANYWHERE });
    });
  }

  /** @throws Problem `coding_session_not_found`, `coding_remote_off` */
  requestMode(owner: Owner, session_id: string, mode: NonNullable<TakeSteers['mode']>, surface?: string): Promise<void> {
    return this.db.transaction(async () => {
      const session = await this.lockFor(owner, session_id, surface);
      await this.sessions.update(session, { requested_mode: { mode, surface: surface ?? ANYWHERE } });
    });
  }

  /** False if no task is in progress. @throws Problem `coding_session_not_found`, `coding_remote_off` */
  async stop(owner: Owner, session_id: string, surface?: string): Promise<boolean> {
    assertOn(await this.sessions.find(owner, session_id), surface);
    return this.tasks.cancel(owner, session_id);
  }

  /** @throws Problem `coding_session_not_found`, `coding_remote_off`, `coding_request_not_found` */
  async reply(owner: Owner, session_id: string, words: string, surface?: string): Promise<void> {
    const session = await this.sessions.find(owner, session_id);
    assertOn(session, surface);
    if (session.request?.kind !== 'consent') throw CodingRequestNotFound();
    await this.requests.answer(owner, session_id, session.request.req_id, { consent_reply: words });
  }

  /** @throws Problem `coding_session_not_found` if the id is not one of the person */
  private lockOwn(ctx: Ctx, session_id: string): Promise<CodingSessionEntity> {
    const name = sessionNameOf(ctx.user, session_id);
    if (!name) throw CodingSessionNotFound();
    return this.sessions.lockOrCreate(ctx, name);
  }

  private async lockFor(owner: Owner, session_id: string, surface?: string): Promise<CodingSessionEntity> {
    const session = await this.sessions.lock(owner, session_id);
    assertOn(session, surface);
    return session;
  }
}

/** What is said from no surface comes from the API. */
const ANYWHERE = 'api';

function assertOn({ remote_enabled, steer }: CodingSessionEntity, surface?: string): void {
  if (!remote_enabled || (surface !== undefined && !steer.includes(surface))) throw CodingRemoteOff();
}
