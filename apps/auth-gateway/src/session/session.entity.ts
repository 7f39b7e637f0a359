import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One sign-in on one device: a family of refresh tokens, of which only the newest is unused. */
@Entity('session')
@Index('session_account', ['account_id'])
@Index('session_expires', ['expires_at'])
@Index('session_idle', ['idle_day'])
@Index('session_newest', { synchronize: false })
@Index('session_revoked', { synchronize: false })
@Index('session_tenant', { synchronize: false })
export class SessionEntity {
  /** `ses_` and 22 digits or letters: the `sid` of the access tokens. */
  @PrimaryColumn('text') id: string;
  @Column('text') account_id: string;
  @Column('text') tenant_id: string;
  @Column('text', { nullable: true }) ip: string | null;
  /** A short name of the client; see label.ts. */
  @Column('text', { nullable: true }) label: string | null;
  /** `cli` if the session was created with a device code, `agent` if its only token is valid for a day, else `web`. */
  @Column('text', { default: 'web' }) surface: 'web' | 'cli' | 'agent';
  /** The OAuth client that the session was created for, the resource that its tokens open, and its scopes; null for a sign-in of the user's own. */
  @Column('text', { nullable: true }) client_id: string | null;
  @Column('text', { nullable: true }) resource: string | null;
  @Column('text', { nullable: true }) scope: string | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { default: () => 'now()' }) last_used_at: Date;
  /** The session ends then unless it is refreshed before. */
  @Column('timestamptz') idle_until: Date;
  /** The session ends then, even if it is used. */
  @Column('timestamptz') expires_at: Date;
  /** The latest expiry of the session's access tokens. */
  @Column('timestamptz') access_until: Date;
  @Column('timestamptz', { nullable: true }) revoked_at: Date | null;
  @Column('text', { nullable: true }) revoke_reason: string | null;
  /** The day of `idle_until` in UTC, which a trigger sets; see sql/set_session_ends.sql. */
  @Column('date', { select: false }) idle_day: string;
  /** `access_until` of a revoked session, which a trigger sets: until then gateways reject its access tokens. */
  @Column('timestamptz', { nullable: true, select: false }) forget_at: Date | null;
}
