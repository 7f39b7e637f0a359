import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * A requested change of a user's e-mail address, which takes effect when the link sent to the new address is opened. A request for a
 * taken address adds a row too, whose token is not sent, so that both cases do the same work.
 */
@Entity('email_change')
@Index('email_change_account', ['account_id'])
@Index('email_change_email', ['tenant_id', 'new_email', 'created_at'])
@Index('email_change_expires', ['expires_at'])
export class EmailChangeEntity {
  /** SHA-256 of the token in the e-mail. */
  @PrimaryColumn('bytea') token_hash: Buffer;
  @Column('text') account_id: string;
  @Column('text') tenant_id: string;
  @Column('text') new_email: string;
  /** The token was sent by e-mail and has not been invalidated since. */
  @Column('boolean') token_sent: boolean;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz') expires_at: Date;
}
