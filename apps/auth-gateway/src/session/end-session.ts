import { auth, type RevokeReason } from '@skep/contracts';
import { type Ctx, Database, LOG, type Log, Outbox } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { Audit } from '../audit/audit.js';
import { SessionRepository } from './session.repository.js';

/** Ends a session: its refresh tokens at once, and its access tokens as soon as the gateways have heard of it. */
@Injectable()
export class EndSession {
  constructor(
    private readonly db: Database,
    private readonly sessions: SessionRepository,
    private readonly outbox: Outbox,
    private readonly audit: Audit,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** Does nothing where it was ended before. */
  async run(ctx: Ctx, session_id: string, reason: RevokeReason): Promise<void> {
    await this.db.transaction(async () => {
      const revoked = await this.sessions.revoke(session_id, reason);
      if (!revoked) return;
      await this.outbox.add(auth.sessionRevoked, ctx, revoked);
      await this.audit.record(ctx, {
        action: reason === 'reuse' ? 'session.reuse_detected' : 'session.revoked',
        tenant_id: revoked.tenant_id,
        // Whoever logs out holds a token of the session; whoever brings a used one may be a thief.
        actor_id: reason === 'logout' ? revoked.user_id : undefined,
        target_type: 'session',
        target_id: session_id,
        subject_id: revoked.user_id,
        metadata: { reason },
      });
    });
    if (reason === 'reuse')
      this.log.warn({ session_id, request: ctx.request, ip: ctx.ip }, 'a used refresh token came back; its session is ended');
  }

  /** Ends all sessions of a tenant, as `all` does. */
  async ofTenant(ctx: Ctx, tenant_id: string): Promise<number> {
    return this.db.transaction(async () => {
      const ended = await this.sessions.revokeTenant(ctx, tenant_id);
      this.outbox.wakeAfterCommit();
      return ended;
    });
  }

  /** Ends a person's sessions, but for one where one is named; how many these were. What they end with is the caller's to record. */
  all(ctx: Ctx, { user_id, tenant_id }: { user_id: string; tenant_id: string }, reason: RevokeReason, but?: string): Promise<number> {
    return this.allOf(ctx, [user_id], tenant_id, reason, but);
  }

  /** As `all`, of many people of one tenant. */
  async allOf(ctx: Ctx, people: string[], tenant_id: string, reason: RevokeReason, but?: string): Promise<number> {
    return this.db.transaction(async () => {
      const ended = await this.sessions.revokeAll(people, tenant_id, reason, but);
      await this.outbox.addAll(auth.sessionRevoked, ctx, ended);
      return ended.length;
    });
  }
}
