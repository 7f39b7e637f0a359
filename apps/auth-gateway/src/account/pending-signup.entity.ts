import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * A signup whose e-mail address is not yet verified. An address that has an account, or another signup that waits, gets a row as
 * well, whose token nobody is told: taken and free addresses then look alike, also to a login. The link proves the address, and the
 * password tells which of the signups that wait for it opens the account: see verify-email.ts.
 */
@Entity('pending_signup')
@Index('pending_signup_email', ['tenant_id', 'email', 'created_at'])
@Index('pending_signup_expires', ['expires_at'])
export class PendingSignupEntity {
  /** SHA-256 of the token in the mail. */
  @PrimaryColumn('bytea') token_hash: Buffer;
  /** The id that the account will have. */
  @Column('text') user_id: string;
  @Column('text') tenant_id: string;
  @Column('text') email: string;
  @Column('text') password_hash: string;
  @Column('jsonb') attributes: Record<string, unknown>;
  /** Its token went out by mail. */
  @Column('boolean') told: boolean;
  /** From where it came: an IPv4 address or an IPv6 /64. */
  @Column('text') network: string;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz') expires_at: Date;
}
