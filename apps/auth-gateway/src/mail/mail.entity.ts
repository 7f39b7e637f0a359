import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A mail that is not sent yet, sealed because it holds a secret link. It is deleted when it is sent. */
@Entity('mail')
@Index('mail_due', ['due_at'])
export class MailEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id: number;
  /** The letter as JSON, sealed with SKEP_ENCRYPTION_KEY. */
  @Column('bytea') sealed: Buffer;
  @Column('integer', { default: 0 }) tries: number;
  /** Not tried before this. */
  @Column('timestamptz', { default: () => 'now()' }) due_at: Date;
  /** Given up then: what it says is no longer true. */
  @Column('timestamptz') expires_at: Date;
}
