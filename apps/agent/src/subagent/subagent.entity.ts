import type { SubagentStatus } from '@skep/contracts/agent';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A task that an agent does in the background: a turn in a conversation of its own. */
@Entity('subagent')
@Index('subagent_newest', ['tenant_id', 'user_id', 'created_at', 'id'])
@Index('subagent_created', ['created_at'])
@Index('subagent_running', { synchronize: false })
@Check('subagent_status', "status in ('running', 'completed', 'failed', 'cancelled')")
export class SubagentEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text', { nullable: true }) parent_conversation_id: string | null;
  @Column('text') conversation_id: string;
  @Column('text') run_id: string;
  @Column('text') task_description: string;
  @Column('text', { default: 'running' }) status: SubagentStatus;
  @Column('text', { nullable: true }) result: string | null;
  @Column('text', { nullable: true }) error: string | null;
  @Column('jsonb', { default: {} }) metadata: Record<string, unknown>;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { nullable: true }) started_at: Date | null;
  @Column('timestamptz', { nullable: true }) completed_at: Date | null;
}
