import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * Somebody asked for a new password. An address without an account gets a row as well, whose token nobody is told, so that both
 * kinds cost the same.
 */
@Entity('password_reset')
@Index('password_reset_email', ['tenant_id', 'email', 'created_at'])
@Index('password_reset_expires', ['expires_at'])
export class PasswordResetEntity {
  /** SHA-256 of the token in the mail. */
  @PrimaryColumn('bytea') token_hash: Buffer;
  @Column('text') tenant_id: string;
  @Column('text') email: string;
  /** Its token went out by mail. */
  @Column('boolean') told: boolean;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz') expires_at: Date;
}
