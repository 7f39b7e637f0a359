import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A message of Google Pub/Sub that was taken: Google repeats messages. */
@Entity('gmail_message')
@Index('gmail_message_received', ['received_at'])
export class GmailMessageEntity {
  @PrimaryColumn('text') message_id: string;
  @Column('timestamptz', { default: () => 'now()' }) received_at: Date;
}
