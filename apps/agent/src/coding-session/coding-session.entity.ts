import type { CodingKind, CodingMode } from '@skep/contracts/agent';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { ConversationEntity } from '../conversation/conversation.entity.js';

/** What a task has asked, and waits for. */
export interface OpenRequest {
  req_id: string;
  kind: 'tool' | 'consent';
  tool: string;
  summary: string;
  since: string;
  /** The message of the run log before it. */
  after: number;
}

/** The work of an agent with a terminal in one repository: its tasks follow each other in one conversation. */
@Entity('coding_session')
@Index('coding_session_newest', ['tenant_id', 'user_id', 'updated_at', 'id'])
@Index('coding_session_of_conversation', ['conversation_id'])
@Check('coding_session_kind', "kind in ('coding', 'marathon')")
export class CodingSessionEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text') conversation_id: string;
  @ManyToOne(() => ConversationEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'conversation_id', foreignKeyConstraintName: 'coding_session_conversation' })
  conversation?: ConversationEntity;
  @Column('text') kind: CodingKind;
  @Column('text') slot: string;
  @Column('text', { default: '' }) label: string;
  /** The newest task. */
  @Column('text', { nullable: true }) run_id: string | null;
  /** Whether that task still receives instructions. */
  @Column('boolean', { default: false }) hears: boolean;
  /** The number of the next answer that the task waits for. */
  @Column('integer', { default: 0 }) wake: number;
  @Column('jsonb', { nullable: true }) request: OpenRequest | null;
  @Column('boolean', { default: false }) remote_enabled: boolean;
  @Column('text', { array: true, default: '{}' }) mirror: string[];
  @Column('text', { array: true, default: '{}' }) steer: string[];
  @Column('text', { nullable: true }) applied_mode: CodingMode | null;
  @Column('jsonb', { nullable: true }) requested_mode: { mode: CodingMode; surface: string } | null;
  @Column('timestamptz', { nullable: true }) seen_at: Date | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { default: () => 'now()' }) updated_at: Date;
}
