import {
  auth,
  type RefreshToken,
  SessionNotFound,
  type SessionRef,
  SessionRequired,
  type ListRevokedSessions,
  type Tokens,
} from '@skep/contracts/auth';
import { type Ctx, Database, Handle, Handlers } from '@skep/platform';
import { aboutUser, Audit } from '../audit/audit.js';
import { sha256 } from '../secrets/opaque-tokens.js';
import { RefreshSession } from './refresh-session.js';
import { RevokeSession } from './revoke-session.js';
import { SessionRepository } from './session.repository.js';

@Handlers()
export class SessionHandlers {
  constructor(
    private readonly db: Database,
    private readonly sessions: SessionRepository,
    private readonly refreshSession: RefreshSession,
    private readonly revoke: RevokeSession,
    private readonly audit: Audit,
  ) {}

  @Handle(auth.refresh)
  async refresh(ctx: Ctx, { refresh_token }: RefreshToken): Promise<Tokens> {
    const { scope: _, ...tokens } = await this.refreshSession.run(ctx, refresh_token);
    return tokens;
  }

  /** Any token of a session, even a used one, suffices to log out. */
  @Handle(auth.logout)
  async logout(ctx: Ctx, { refresh_token }: RefreshToken) {
    const session = await this.sessions.findByRefreshToken(sha256(refresh_token));
    if (session) await this.db.inTenant(session.tenant_id, () => this.revoke.run(ctx, session.session_id, 'logout'));
    return { message: 'You are logged out.' };
  }

  @Handle(auth.listSessions)
  async listSessions(ctx: Ctx) {
    return { sessions: await this.sessions.listActive(ctx) };
  }

  /** Idempotent: also succeeds for a session that has ended already. */
  @Handle(auth.revokeSession)
  async revokeSession(ctx: Ctx, { session_id }: SessionRef) {
    if (!(await this.sessions.isOwnedByCaller(ctx, session_id))) throw SessionNotFound();
    await this.revoke.run(ctx, session_id, 'user');
    return { message: 'The session was revoked.' };
  }

  @Handle(auth.revokeOtherSessions)
  async revokeOtherSessions(ctx: Ctx) {
    if (!ctx.session) throw SessionRequired();
    return this.db.transaction(async () => {
      const revoked = await this.revoke.allOfUser(ctx, { user_id: ctx.user, tenant_id: ctx.tenant }, 'user', ctx.session);
      await this.audit.record(ctx, { action: 'session.others_revoked', ...aboutUser(ctx.user), metadata: { sessions_ended: revoked } });
      return { revoked };
    });
  }

  @Handle(auth.listRevokedSessions)
  listRevokedSessions(_: Ctx, input: ListRevokedSessions) {
    return this.sessions.listRevoked(input);
  }
}
