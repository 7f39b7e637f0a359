import type { LogLevel } from '@skep/contracts/kernel';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A line that the code of an app logged during a call. */
@Entity('app_log')
@Index('app_log_app', { synchronize: false })
@Index('app_log_created', ['created_at'])
@Check('app_log_level', `level in ('debug', 'info', 'warn', 'error')`)
export class AppLogEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text') app_id: string;
  @Column('text') call_id: string;
  @Column('text') function: string;
  @Column('text') level: LogLevel;
  @Column('text') message: string;
  @Column('jsonb') fields: Record<string, unknown>;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}
