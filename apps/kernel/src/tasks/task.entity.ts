import type { CallResult, TaskStatus } from '@skep/contracts/kernel';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A call of a function that runs in the background. Its run has the same id with another prefix; this row says how it ended. */
@Entity('task')
@Index('task_active', { synchronize: false })
@Index('task_ended', ['ended_at'])
@Check('task_status', `status in ('queued', 'running', 'completed', 'failed', 'cancelled')`)
export class TaskEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text') app_id: string;
  @Column('text') function: string;
  @Column('text', { default: 'queued' }) status: TaskStatus;
  @Column('jsonb', { nullable: true }) result: CallResult | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { nullable: true }) started_at: Date | null;
  @Column('timestamptz', { nullable: true }) ended_at: Date | null;
}
