import type { Priority } from '@skep/contracts/channels';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A notification of a user. */
@Entity('notification')
@Index('notification_owner', { synchronize: false })
@Index('notification_unread', { synchronize: false })
@Index('notification_created', ['created_at'])
export class NotificationEntity {
  /** `ntf_` and a UUIDv7, so that ids sort by time. */
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  /** The app or service that notifies; '' if unknown. */
  @Column('text') source: string;
  @Column('text') subject: string;
  @Column('text') message: string;
  @Column('text') body: string;
  @Column('text') priority: Priority;
  /** The channel that the sender asked for. */
  @Column('text') channel: string;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { nullable: true }) read_at: Date | null;
  @Column('timestamptz', { nullable: true }) opened_at: Date | null;
}
