import type { ChannelName, Direction, InboxStatus } from '@skep/contracts/channels';
import { Sealed } from '@skep/platform';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { ChatSessionEntity } from '../session/chat-session.entity.js';

/** A message that came from a chat network, or goes there. */
@Entity('chat_message')
@Index('chat_message_newest', ['tenant_id', 'user_id', 'created_at', 'id'])
@Index('chat_message_unread', { synchronize: false })
@Index('chat_message_of_session', ['session_id', 'created_at', 'id'])
@Index('chat_message_created', ['created_at'])
@Index('chat_message_sent', { synchronize: false })
@Index('chat_message_vendor', { synchronize: false })
@Check('chat_message_direction', "direction in ('inbound', 'outbound')")
@Check('chat_message_status', "status in ('received', 'queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'unknown')")
export class ChatMessageEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text') bridge_id: string;
  @Column('text') session_id: string;
  @ManyToOne(() => ChatSessionEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'session_id', foreignKeyConstraintName: 'chat_message_session' })
  session?: ChatSessionEntity;
  @Column('text') channel: ChannelName;
  @Column('text') direction: Direction;
  @Column('text') sender_id: string;
  @Column('text', { nullable: true }) sender_name: string | null;
  @Column('text') content: string;
  /** The network's id of it. */
  @Column('text', { nullable: true }) vendor_id: string | null;
  /** The network's id of the message that it answers. */
  @Column('text', { nullable: true }) reply_to_id: string | null;
  @Column('boolean', { default: false }) unread: boolean;
  @Column('text') status: InboxStatus;
  @Column('text', { nullable: true }) error: string | null;
  /** What the network wants to see in an answer. */
  @Sealed({ nullable: true }) answer_with: string | null;
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) created_at: Date;
}
