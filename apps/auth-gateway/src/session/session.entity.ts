import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A login: the family of its refresh tokens, of which one at a time is good. */
@Entity('session')
@Index('session_account', ['account_id'])
@Index('session_expires', ['expires_at'])
@Index('session_revoked', { synchronize: false })
@Index('session_tenant', { synchronize: false })
export class SessionEntity {
  /** `ses_` and 22 digits or letters: the `sid` of the access tokens. */
  @PrimaryColumn('text') id: string;
  @Column('text') account_id: string;
  @Column('text') tenant_id: string;
  @Column('text', { nullable: true }) ip: string | null;
  /** The program that signed in, in a few words: see label.ts. */
  @Column('text', { nullable: true }) label: string | null;
  /** `cli` for one that began with a device code, else `web`. */
  @Column('text', { default: 'web' }) surface: 'web' | 'cli';
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { default: () => 'now()' }) last_used_at: Date;
  /** Ends then unless it is refreshed. */
  @Column('timestamptz') idle_until: Date;
  /** Ends then in any case. */
  @Column('timestamptz') expires_at: Date;
  /** No access token of the session lives longer. */
  @Column('timestamptz') access_until: Date;
  @Column('timestamptz', { nullable: true }) revoked_at: Date | null;
  @Column('text', { nullable: true }) revoke_reason: string | null;
}
