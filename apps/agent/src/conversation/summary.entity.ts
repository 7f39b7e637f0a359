import { Column, Entity, JoinColumn, OneToOne, PrimaryColumn } from 'typeorm';
import { ConversationEntity } from './conversation.entity.js';

/** What stands for the oldest messages of a conversation when a model reads it. */
@Entity('conversation_summary')
export class SummaryEntity {
  @PrimaryColumn('text') conversation_id: string;
  @OneToOne(() => ConversationEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'conversation_id', foreignKeyConstraintName: 'conversation_summary_conversation' })
  conversation?: ConversationEntity;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text') content: string;
  /** The last message that is in it. */
  @Column('text') until_id: string;
  /** Others wrote a part of these messages. */
  @Column('boolean') is_outside: boolean;
}
