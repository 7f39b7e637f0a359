import { auth, type RevokeReason } from '@skep/contracts/auth';
import { type Ctx, Database, LOG, type Log, Outbox } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { Audit } from '../audit/audit.js';
import { SessionRepository } from './session.repository.js';

/** Revokes sessions: refresh tokens at once, access tokens as soon as the gateways receive the event. */
@Injectable()
export class RevokeSession {
  constructor(
    private readonly db: Database,
    private readonly sessions: SessionRepository,
    private readonly outbox: Outbox,
    private readonly audit: Audit,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** Idempotent. */
  async run(ctx: Ctx, session_id: string, reason: RevokeReason): Promise<void> {
    await this.db.transaction(async () => {
      const revoked = await this.sessions.revoke(session_id, reason);
      if (!revoked) return;
      await this.outbox.add(auth.sessionRevoked, ctx, revoked);
      await this.audit.record(ctx, {
        action: reason === 'reuse' ? 'session.reuse_detected' : 'session.revoked',
        tenant_id: revoked.tenant_id,
        // On logout the caller holds a token of the session; on reuse they may be a thief.
        actor_id: reason === 'logout' ? revoked.user_id : undefined,
        target_type: 'session',
        target_id: session_id,
        subject_id: revoked.user_id,
        metadata: { reason },
      });
    });
    if (reason === 'reuse') this.log.warn({ session_id, request: ctx.request, ip: ctx.ip }, 'refresh token reused; session revoked');
  }

  /** Revokes all sessions of a tenant and returns their number. The caller records the audit entry. */
  async allOfTenant(ctx: Ctx, tenant_id: string): Promise<number> {
    return this.db.transaction(async () => {
      const revoked = await this.sessions.revokeAllOfTenant(ctx, tenant_id);
      this.outbox.wakeAfterCommit();
      return revoked;
    });
  }

  /** Revokes a user's sessions, except for one if given, and returns their number. The caller records the audit entry. */
  allOfUser(
    ctx: Ctx,
    { user_id, tenant_id }: { user_id: string; tenant_id: string },
    reason: RevokeReason,
    except?: string,
  ): Promise<number> {
    return this.allOfUsers(ctx, [user_id], tenant_id, reason, except);
  }

  /** `allOfUser` for several users of one tenant. */
  async allOfUsers(ctx: Ctx, user_ids: string[], tenant_id: string, reason: RevokeReason, except?: string): Promise<number> {
    return this.db.transaction(async () => {
      const revoked = await this.sessions.revokeAllOfUsers(user_ids, tenant_id, reason, except);
      await this.outbox.addAll(auth.sessionRevoked, ctx, revoked);
      return revoked.length;
    });
  }
}
