import type { QueueStatus, QueueType } from '@skep/contracts/automation';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { JobEntity } from '../job/job.entity.js';

/** Work of a person in the queue: what it does, and what became of it. */
@Entity('queue_job')
@Index('queue_job_newest', ['tenant_id', 'user_id', 'created_at', 'id'])
@Index('queue_job_waiting', { synchronize: false })
@Index('queue_job_running', { synchronize: false })
@Index('queue_job_of', ['job_id', 'created_at'])
@Index('queue_job_created', ['created_at'])
@Index('queue_job_slot', { synchronize: false })
@Check('queue_job_status', "status in ('pending', 'running', 'completed', 'failed', 'cancelled')")
export class QueueJobEntity {
  @PrimaryColumn('text') id: string;
  /** Names a request at its receiver; the same if it is repeated. Null: the id of the row. */
  @Column('text', { nullable: true }) message_id: string | null;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  /** The cron job or event rule that started it. */
  @Column('text', { nullable: true }) job_id: string | null;
  @ManyToOne(() => JobEntity, { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'job_id', foreignKeyConstraintName: 'queue_job_job' })
  job?: JobEntity;
  /** The slot of a job that runs at set times. */
  @Column('timestamptz', { nullable: true }) due_at: Date | null;
  @Column('text') type: QueueType;
  @Column('jsonb') payload: Record<string, unknown>;
  /** What started it. */
  @Column('jsonb', { nullable: true }) event: Record<string, unknown> | null;
  /** The payload contains what someone outside wrote. */
  @Column('boolean', { default: false }) tainted: boolean;
  @Column('integer', { default: 0 }) priority: number;
  @Column('integer', { default: 3 }) max_retries: number;
  @Column('text', { default: 'pending' }) status: QueueStatus;
  @Column('integer', { default: 0 }) attempts: number;
  @Column('jsonb', { nullable: true }) output: unknown;
  @Column('text', { nullable: true }) error: string | null;
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) created_at: Date;
  @Column('timestamptz', { nullable: true }) started_at: Date | null;
  @Column('timestamptz', { nullable: true }) ended_at: Date | null;
}
