import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * Somebody asked for another e-mail address, which counts once the link in the mail to it is opened. An address that has an
 * account gets a row as well, whose token nobody is told, so that both kinds cost the same.
 */
@Entity('email_change')
@Index('email_change_account', ['account_id'])
@Index('email_change_email', ['tenant_id', 'new_email', 'created_at'])
@Index('email_change_expires', ['expires_at'])
export class EmailChangeEntity {
  /** SHA-256 of the token in the mail. */
  @PrimaryColumn('bytea') token_hash: Buffer;
  @Column('text') account_id: string;
  @Column('text') tenant_id: string;
  @Column('text') new_email: string;
  /** Its token went out by mail, and has not been voided since. */
  @Column('boolean') told: boolean;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz') expires_at: Date;
}
