import { auth, type RevokeReason } from '@skep/contracts';
import { type Ctx, Database, LOG, type Log, Outbox } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { SessionRepository } from './session.repository.js';

/** Ends a session: its refresh tokens at once, and its access tokens as soon as the gateways have heard of it. */
@Injectable()
export class EndSession {
  constructor(
    private readonly db: Database,
    private readonly sessions: SessionRepository,
    private readonly outbox: Outbox,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** Does nothing where it was ended before. */
  async run(ctx: Ctx, session_id: string, reason: RevokeReason): Promise<void> {
    await this.db.transaction(async () => {
      const revoked = await this.sessions.revoke(session_id, reason);
      if (revoked) await this.outbox.add(auth.sessionRevoked, ctx, revoked);
    });
    if (reason === 'reuse')
      this.log.warn({ session_id, request: ctx.request, ip: ctx.ip }, 'a used refresh token came back; its session is ended');
  }

  /** Ends a person's sessions, but for one where one is named; how many these were. */
  async all(ctx: Ctx, person: { user_id: string; tenant_id: string }, reason: RevokeReason, but?: string): Promise<number> {
    return this.db.transaction(async () => {
      const ended = await this.sessions.revokeAll(person.user_id, person.tenant_id, reason, but);
      for (const revoked of ended) await this.outbox.add(auth.sessionRevoked, ctx, revoked);
      return ended.length;
    });
  }
}
