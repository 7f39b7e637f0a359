import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A user's report of an app. One is open per user and app. */
@Entity('app_report')
@Index('app_report_open', { synchronize: false })
@Index('app_report_status', ['status', 'report_id'])
export class AppReportEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) report_id: number;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text') app_id: string;
  @Column('text') reason: string;
  @Column('text') text: string;
  @Column('text', { default: 'open' }) status: string;
  @Column('text', { nullable: true }) note: string | null;
  @Column('text', { nullable: true }) resolved_by: string | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { nullable: true }) resolved_at: Date | null;
}
