import type { ChannelName, InboxStatus } from '@skep/contracts/channels';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A message that came to the number of the installation, without its text: one that comes again is not taken again. */
@Entity('received_message')
@Index('received_message_external', ['channel', 'external_id', 'created_at'])
@Index('received_message_created', ['created_at'])
@Check('received_message_status', "status in ('received', 'queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'unknown')")
export class ReceivedMessageEntity {
  @PrimaryColumn('text') channel: ChannelName;
  /** The network's id. */
  @PrimaryColumn('text') id: string;
  /** Who wrote it. */
  @Column('text') external_id: string;
  /** The code that its sender gets, if they are a stranger. */
  @Column('text', { nullable: true }) code_id: string | null;
  /** What became of that answer; `received` if there is none. */
  @Column('text') status: InboxStatus;
  /** The network's id of the answer. */
  @Column('text', { nullable: true }) answer_id: string | null;
  @Column('text', { nullable: true }) error: string | null;
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) created_at: Date;
}
