import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * A requested password reset. A request for an address without an account adds a row too, whose token is not sent, so that both
 * cases do the same work.
 */
@Entity('password_reset')
@Index('password_reset_email', ['tenant_id', 'email', 'created_at'])
@Index('password_reset_expires', ['expires_at'])
export class PasswordResetEntity {
  /** SHA-256 of the token in the e-mail. */
  @PrimaryColumn('bytea') token_hash: Buffer;
  @Column('text') tenant_id: string;
  @Column('text') email: string;
  /** The token was sent by e-mail and has not been invalidated since. */
  @Column('boolean') token_sent: boolean;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz') expires_at: Date;
}
