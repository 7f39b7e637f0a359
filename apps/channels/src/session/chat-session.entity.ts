import type { ChannelName, ChatType } from '@skep/contracts/channels';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { BridgeEntity } from '../bridge/bridge.entity.js';

/** A chat with one contact or group. */
@Entity('chat_session')
@Unique('chat_session_chat', ['bridge_id', 'chat_id'])
@Index('chat_session_latest', ['tenant_id', 'user_id', 'last_activity', 'id'])
@Index('chat_session_activity', ['last_activity'])
@Check('chat_session_chat_type', "chat_type in ('direct', 'group')")
export class ChatSessionEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text') bridge_id: string;
  @ManyToOne(() => BridgeEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'bridge_id', foreignKeyConstraintName: 'chat_session_bridge' })
  bridge?: BridgeEntity;
  @Column('text') channel: ChannelName;
  /** Where answers go. */
  @Column('text') chat_id: string;
  @Column('text') chat_type: ChatType;
  /** The sender, or the group. */
  @Column('text') contact_id: string;
  @Column('text', { nullable: true }) contact_name: string | null;
  @Column('text', { nullable: true }) conversation_id: string | null;
  @Column('boolean', { default: true }) active: boolean;
  @Column('integer', { default: 0 }) message_count: number;
  @Column('text', { nullable: true }) last_message: string | null;
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) last_activity: Date;
}
