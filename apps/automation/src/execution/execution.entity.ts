import type { ExecutionStatus } from '@skep/contracts/automation';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { RuleEntity } from '../rule/rule.entity.js';

/** One execution of a rule: what triggered it, and what became of it. */
@Entity('execution')
@Index('execution_newest', ['rule_id', 'created_at', 'id'])
@Index('execution_trace', ['trace_id'])
@Index('execution_id', ['id'])
@Index('execution_created', ['created_at'])
@Index('execution_late', { synchronize: false })
@Check('execution_status', "status in ('triggered', 'running', 'completed', 'failed')")
export class ExecutionEntity {
  @PrimaryColumn('bigint') rule_id: number;
  @ManyToOne(() => RuleEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'rule_id', foreignKeyConstraintName: 'execution_rule' })
  rule?: RuleEntity;
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text') status: ExecutionStatus;
  @Column('jsonb', { nullable: true }) event: unknown;
  @Column('jsonb', { nullable: true }) output: unknown;
  @Column('text', { nullable: true }) error: string | null;
  @Column('integer', { default: 0 }) attempts: number;
  /** The execution whose actions triggered this one. */
  @Column('text', { nullable: true }) parent_execution_id: string | null;
  /** How many executions, one triggered by the other, are before it. */
  @Column('integer', { default: 0 }) depth: number;
  /** The trace of its actions, by which the events that they cause are recognised. */
  @Column('text') trace_id: string;
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) created_at: Date;
  @Column('timestamptz', { nullable: true }) ended_at: Date | null;
  @Column('timestamptz', { nullable: true }) timeout_at: Date | null;
}
