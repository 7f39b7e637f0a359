import {
  agent,
  CodingSessionNotFound,
  type CodingSessionRef,
  type FromSurface,
  type RemoteSession,
  type RemoteSessionRef,
  type RemoteUser,
  type ReplyConsent,
  type RequestCodingMode,
  type SteerCodingSession,
  type TakeSteers,
  type UpdateCodingRemote,
  type UpdateUserCodingRemote,
  type UserCodingRemote,
} from '@skep/contracts/agent';
import { type Ctx, Database, Handle, Handlers, tenantOf } from '@skep/platform';
import type { CodingSessionEntity } from './coding-session.entity.js';
import { CodingSessionRepository } from './coding-session.repository.js';
import { consentOf } from './consent.js';
import { Remotes } from './remotes.js';

const ONLINE_MS = 120_000;
const OFF = { enabled: false, mirror: [], steer: [] };

@Handlers()
export class CodingRemoteHandlers {
  constructor(
    private readonly db: Database,
    private readonly remotes: Remotes,
    private readonly sessions: CodingSessionRepository,
  ) {}

  @Handle(agent.takeSteers)
  takeSteers(ctx: Ctx, input: TakeSteers) {
    return this.remotes.take(ctx, input);
  }

  @Handle(agent.getCodingRemote)
  async getCodingRemote(ctx: Ctx, { session_id }: CodingSessionRef) {
    return { state: stateOf(await this.sessions.findOwn(ctx, session_id)) };
  }

  @Handle(agent.updateCodingRemote)
  async updateCodingRemote(ctx: Ctx, { session_id, ...state }: UpdateCodingRemote) {
    return { state: await this.remotes.switch(ctx, session_id, state) };
  }

  @Handle(agent.getUserCodingRemote)
  getUserCodingRemote(ctx: Ctx, input: RemoteSessionRef): Promise<UserCodingRemote> {
    return this.asUser(ctx, input, async (owner) => {
      const session = await this.choose(owner, input).catch((error: unknown) => {
        if (input.session_id !== undefined) throw error;
        return undefined;
      });
      return {
        user_id: input.user_id,
        session_id: session?.id ?? null,
        active: session?.remote_enabled ?? false,
        running: session ? (await this.sessions.statusOf(session)) !== undefined : false,
        state: stateOf(session ?? null),
        applied_mode: session?.applied_mode ?? null,
        requested_mode: session?.requested_mode?.mode ?? null,
        pending_consent: session ? consentOf(session) : null,
        last_seen: session?.seen_at ? Math.floor(session.seen_at.getTime() / 1_000) : null,
      };
    });
  }

  @Handle(agent.updateUserCodingRemote)
  updateUserCodingRemote(ctx: Ctx, input: UpdateUserCodingRemote) {
    const { enabled, mirror, steer } = input;
    return this.control(ctx, input, (owner, id) => this.remotes.switch(owner, id, { enabled, mirror, steer }).then(() => true));
  }

  @Handle(agent.listUserCodingSessions)
  listUserCodingSessions(ctx: Ctx, input: RemoteUser) {
    return this.asUser(ctx, input, async (owner) => {
      const active = new Map((await this.sessions.listActive(owner)).map(({ id, status }) => [id, status]));
      const sessions = (await this.sessions.list(owner)).map((session) => toRow(session, active.get(session.id)));
      return { sessions };
    });
  }

  @Handle(agent.steerCodingSession)
  steerCodingSession(ctx: Ctx, input: SteerCodingSession) {
    return this.control(ctx, input, (owner, id) => this.remotes.steer(owner, id, input.text, input.surface).then(() => true));
  }

  @Handle(agent.stopCodingSession)
  stopCodingSession(ctx: Ctx, input: FromSurface) {
    return this.control(ctx, input, (owner, id) => this.remotes.stop(owner, id, input.surface));
  }

  @Handle(agent.requestCodingMode)
  requestCodingMode(ctx: Ctx, input: RequestCodingMode) {
    return this.control(ctx, input, (owner, id) => this.remotes.requestMode(owner, id, input.mode, input.surface).then(() => true));
  }

  @Handle(agent.replyConsent)
  replyConsent(ctx: Ctx, input: ReplyConsent) {
    return this.control(ctx, input, (owner, id) => this.remotes.reply(owner, id, input.text, input.surface).then(() => true));
  }

  private control(ctx: Ctx, input: RemoteSessionRef, act: (owner: Ctx, session_id: string) => Promise<boolean>) {
    return this.asUser(ctx, input, async (owner) => {
      const { id: session_id } = await this.choose(owner, input);
      return { ok: await act(owner, session_id), session_id };
    });
  }

  /** A service names the person. */
  private asUser<T>(ctx: Ctx, { user_id, tenant_id }: RemoteUser, work: (owner: Ctx) => Promise<T>): Promise<T> {
    const tenant = tenantOf(ctx, { tenant_id });
    return this.db.inTenant(tenant, () => work({ ...ctx, tenant, user: user_id }));
  }

  /** The named session, or the one that was used last. @throws Problem `coding_session_not_found` */
  private async choose(owner: Ctx, { session_id }: RemoteSessionRef): Promise<CodingSessionEntity> {
    if (session_id !== undefined) return this.sessions.find(owner, session_id);
    const [newest] = await this.sessions.list(owner);
    if (!newest) throw CodingSessionNotFound();
    return newest;
  }
}

const stateOf = (session: CodingSessionEntity | null) =>
  session ? { enabled: session.remote_enabled, mirror: session.mirror, steer: session.steer } : OFF;

function toRow(session: CodingSessionEntity, status: string | undefined): RemoteSession {
  const { id: session_id, slot, kind, label, seen_at, applied_mode, created_at: started } = session;
  const terminal_online = seen_at !== null && Date.now() - seen_at.getTime() < ONLINE_MS;
  return {
    ...{ session_id, slot, kind, label, terminal_online, applied_mode, started },
    pending_consent: status === undefined ? null : consentOf(session),
    status: status === undefined ? 'idle' : status === 'waiting' ? 'parked' : 'running',
    ...stateOf(session),
  };
}
