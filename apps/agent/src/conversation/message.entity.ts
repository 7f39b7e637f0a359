import type { ChatRole } from '@skep/contracts/agent';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { ConversationEntity } from './conversation.entity.js';

/** A message of a conversation. */
@Entity('message')
@Index('message_id', ['id'], { unique: true })
@Index('message_order', ['conversation_id', 'seq'])
@Index('message_current', { synchronize: false })
@Index('message_parent', ['conversation_id', 'parent_id', 'seq'])
@Check('message_role', "role in ('user', 'assistant', 'system')")
export class MessageEntity {
  /** The order of a conversation. */
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) seq: number;
  @Column('text') id: string;
  @Column('text') conversation_id: string;
  @ManyToOne(() => ConversationEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'conversation_id', foreignKeyConstraintName: 'message_conversation' })
  conversation?: ConversationEntity;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text') role: ChatRole;
  @Column('text') content: string;
  @Column('text', { nullable: true }) agent_id: string | null;
  @Column('text', { nullable: true }) model: string | null;
  @Column('jsonb', { default: {} }) metadata: Record<string, unknown>;
  /** Others wrote it, or a part of it. */
  @Column('boolean', { default: false }) is_outside: boolean;
  /** The message before it on its branch. */
  @Column('text', { nullable: true }) parent_id: string | null;
  /** It is on the branch that is shown and continued. */
  @Column('boolean', { default: true }) is_current: boolean;
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) created_at: Date;
}
