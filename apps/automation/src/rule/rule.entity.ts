import type { AutomationAction, NotifyMode, RuleStatus, TriggerFilter } from '@skep/contracts/automation';
import { Check, Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A rule of a user: what triggers it, and what it does then. */
@Entity('rule')
@Index('rule_owner', ['tenant_id', 'user_id', 'id'])
@Index('rule_tenant', ['tenant_id', 'id'])
@Index('rule_active', { synchronize: false })
@Index('rule_event', { synchronize: false })
@Check('rule_status', "status in ('active', 'paused', 'error')")
@Check('rule_notify_mode', "notify_mode in ('all', 'failures', 'off')")
export class RuleEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id: number;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text') prompt: string;
  @Column('text', { default: '' }) interpretation: string;
  /** Null while the prompt is not understood. */
  @Column('jsonb', { nullable: true }) trigger_filter: TriggerFilter | null;
  @Column('jsonb', { default: [] }) actions: AutomationAction[];
  /** The app that declares it; null for a rule that the user made. */
  @Column('text', { nullable: true }) app_id: string | null;
  /** The type of its events, with `.` for `:`; null for a rule that runs at set times. */
  @Column('text', { nullable: true }) event_type: string | null;
  @Column('text', { default: 'active' }) status: RuleStatus;
  /** Events of before do not trigger it. */
  @Column('timestamptz', { default: () => 'now()' }) active_since: Date;
  @Column('integer') cooldown_seconds: number;
  /** 0: no limit. */
  @Column('integer') max_per_hour: number;
  /** 0: no limit. */
  @Column('bigint') max_iterations: number;
  @Column('text', { default: 'failures' }) notify_mode: NotifyMode;
  @Column('bigint', { default: 0 }) trigger_count: number;
  @Column('bigint', { default: 0 }) completed_count: number;
  @Column('bigint', { default: 0 }) failed_count: number;
  @Column('timestamptz', { nullable: true }) last_triggered_at: Date | null;
  @Column('text', { nullable: true }) last_error: string | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { default: () => 'now()' }) updated_at: Date;
}
