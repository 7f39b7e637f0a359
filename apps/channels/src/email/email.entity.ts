import type { EmailCase, EmailStatus } from '@skep/contracts/channels';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An e-mail that was sent, or why not. */
@Entity('email')
@Index('email_newest', { synchronize: false })
@Index('email_user', { synchronize: false })
export class EmailEntity {
  /** Of a notification it follows from that one's id, so that there is one. */
  @PrimaryColumn('text') id: string;
  /** '' for a test. */
  @Column('text') tenant_id: string;
  /** Null for a test. */
  @Column('text', { nullable: true }) user_id: string | null;
  @Column('text') case: EmailCase;
  @Column('text') to_email: string;
  @Column('text') subject: string;
  @Column('text') status: EmailStatus;
  @Column('text', { nullable: true }) error: string | null;
  @Column('text') dedup_key: string;
  @Column('text') tag: string;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}
