import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * A sign-up whose e-mail address is not verified yet. A sign-up for a taken address adds a row too, whose token is not sent: taken and
 * free addresses then behave alike, also at a login. The link proves the address, and the password selects the sign-up that becomes the
 * account: see verify-email.ts.
 */
@Entity('pending_signup')
@Index('pending_signup_email', ['tenant_id', 'email', 'created_at'])
@Index('pending_signup_expires', ['expires_at'])
export class PendingSignupEntity {
  /** SHA-256 of the token in the e-mail. */
  @PrimaryColumn('bytea') token_hash: Buffer;
  /** The id of the future account. */
  @Column('text') user_id: string;
  @Column('text') tenant_id: string;
  @Column('text') email: string;
  @Column('text') password_hash: string;
  @Column('jsonb') attributes: Record<string, unknown>;
  /** The token was sent by e-mail. */
  @Column('boolean') token_sent: boolean;
  /** The client's IPv4 address or IPv6 /64. */
  @Column('text') network: string;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz') expires_at: Date;
}
