import { Sealed } from '@skep/platform';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What a person wants to be done at set times (a cron job), or at events (an event rule). */
@Entity('job')
@Index('job_owner', ['tenant_id', 'user_id', 'trigger', 'created_at', 'id'])
@Index('job_event', { synchronize: false })
@Check('job_trigger', "trigger in ('schedule', 'event')")
export class JobEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text') name: string;
  @Column('text') trigger: 'schedule' | 'event';
  @Column('text', { nullable: true }) schedule_kind: string | null;
  @Column('text', { nullable: true }) schedule_value: string | null;
  @Column('text', { default: 'UTC' }) timezone: string;
  @Column('text', { default: 'skip' }) overlap: 'skip' | 'queue';
  @Column('text', { default: 'last' }) missed: 'skip' | 'last' | 'all';
  /** Since when its periods count. */
  @Column('timestamptz', { default: () => 'now()' }) armed_at: Date;
  @Column('text', { nullable: true }) event_type: string | null;
  @Column('jsonb', { default: {} }) filters: Record<string, unknown>;
  @Column('text') action: string;
  @Column('jsonb', { default: {} }) action_config: Record<string, unknown>;
  @Column('jsonb', { default: {} }) metadata: Record<string, unknown>;
  /** Signs the requests to an address that it calls. */
  @Sealed({ nullable: true }) sealed_secret: string | null;
  /** The one before, which is valid for a while. */
  @Sealed({ nullable: true }) sealed_previous: string | null;
  @Column('timestamptz', { nullable: true }) previous_until: Date | null;
  /** The conversation in which its agent runs, if its action names none. */
  @Column('text', { nullable: true }) conversation_id: string | null;
  @Column('boolean', { default: true }) enabled: boolean;
  @Column('bigint', { default: 0 }) run_count: number;
  @Column('timestamptz', { nullable: true }) last_run: Date | null;
  @Column('text', { nullable: true }) last_error: string | null;
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) created_at: Date;
}
