import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One row of the actions ledger: one call of one function of an app. Never updated, except that an erasure clears its texts; removed when it is old. */
@Entity('action')
@Index('action_owner', ['tenant_id', 'user_id', 'id'])
@Index('action_of_trace', ['tenant_id', 'trace_id', 'id'])
@Index('action_service_unique', { synchronize: false })
export class ActionEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') trace_id: string;
  /** The id of the outermost call that this one is nested in. */
  @Column('text', { nullable: true }) chain_id: string | null;
  /** The call, or the step of a run, that made it. */
  @Column('text', { nullable: true }) cause_id: string | null;
  @Column('text', { nullable: true }) parent_task_id: string | null;
  @Column('text') user_id: string;
  @Column('text') tenant_id: string;
  /** `api`, `panel`, or `service` for an action that a service recorded. */
  @Column('text') source: string;
  @Column('text') app_id: string;
  @Column('text') tool_name: string;
  @Column('text') action_type: string;
  @Column('text', { nullable: true }) intent_type: string | null;
  /** `success`, `failed`, `validation_rejected` or `cancelled`; services may record others. */
  @Column('text') status: string;
  @Column('text', { nullable: true }) message_preview: string | null;
  @Column('text', { nullable: true }) result_preview: string | null;
  @Column('text', { nullable: true }) error: string | null;
  @Column('bigint', { nullable: true }) duration_ms: number | null;
  @Column('bigint', { default: 0 }) tokens_used: number;
  @Column('bigint', { default: 0 }) heartbeat_count: number;
  @Column('double precision', { default: 0 }) action_price: number;
  @Column('double precision', { default: 0 }) extension_price: number;
  @Column('double precision', { default: 0 }) platform_fee: number;
  @Column('text', { nullable: true }) worker_id: string | null;
  @Column('text', { nullable: true }) llm_provider: string | null;
  @Column('text', { nullable: true }) llm_model: string | null;
  @Column('jsonb', { nullable: true }) llm_steps: Record<string, unknown>[] | null;
  @Column('bigint', { default: 0 }) llm_total_calls: number;
  @Column('bigint', { default: 0 }) llm_total_tokens: number;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { nullable: true }) completed_at: Date | null;
}
