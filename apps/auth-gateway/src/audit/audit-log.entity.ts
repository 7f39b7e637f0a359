import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** An audit entry. Rows are only added: a trigger rejects updates and deletes. */
@Entity('audit_log')
@Index('audit_log_time', ['tenant_id', 'created_at', 'id'])
@Index('audit_log_actor', ['tenant_id', 'actor_id', 'created_at', 'id'])
@Index('audit_log_target', ['tenant_id', 'target_id', 'created_at', 'id'])
@Index('audit_log_action', ['tenant_id', 'action', 'created_at', 'id'])
@Index('audit_log_subject', ['tenant_id', 'subject_id', 'created_at', 'id'])
@Index('audit_log_trace', { synchronize: false })
@Index('audit_log_request', { synchronize: false })
export class AuditLogEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id: number;
  /** `_platform_` for entries that concern all tenants. */
  @Column('text') tenant_id: string;
  /** A user id or the name of a service. */
  @Column('text') actor_id: string;
  @Column('text') actor_type: string;
  /** The credential: `Ctx.actor`. */
  @Column('text') via: string;
  @Column('text') action: string;
  @Column('text') target_type: string;
  @Column('text') target_id: string;
  /** The user whose account is affected. They may see the entry. */
  @Column('text', { nullable: true }) subject_id: string | null;
  @Column('jsonb', { nullable: true }) changes: Record<string, unknown> | null;
  @Column('jsonb', { nullable: true }) metadata: Record<string, unknown> | null;
  @Column('text') source: string;
  @Column('text', { nullable: true }) ip_address: string | null;
  @Column('text', { nullable: true }) request_id: string | null;
  /** Null in entries of before there were traces. */
  @Column('text', { nullable: true }) trace_id: string | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}
