import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** An e-mail that is not sent yet, encrypted because it contains a secret link. It is deleted when it is sent. */
@Entity('mail')
@Index('mail_due', ['due_at'])
export class MailEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id: number;
  /** `EmailMessage` as JSON, sealed with the installation's key. */
  @Column('bytea') sealed: Buffer;
  @Column('integer', { default: 0 }) tries: number;
  /** Time of the next attempt. */
  @Column('timestamptz', { default: () => 'now()' }) due_at: Date;
  /** No more attempts after this, because the links in the e-mail have expired. */
  @Column('timestamptz') expires_at: Date;
}
