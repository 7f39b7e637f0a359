import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { DeploySource } from './releases.js';

/** One attempt to publish an app's IR or manifest as a release, or the record of a deploy that ended elsewhere. */
@Entity('deploy')
@Index('deploy_newest', { synchronize: false })
@Index('deploy_unfinished', { synchronize: false })
export class DeployEntity {
  @PrimaryColumn('text') deploy_id: string;
  @Column('text') app_id: string;
  @Column('text') tenant_id: string;
  @Column('text') developer_id: string;
  @Column('text', { nullable: true }) version: string | null;
  @Column('text') status: 'pending' | 'success' | 'warning' | 'failed';
  @Column('text', { nullable: true }) commit_sha: string | null;
  @Column('text', { nullable: true }) changelog: string | null;
  @Column('text', { default: '' }) error_message: string;
  /** The release that it published. */
  @Column('integer', { nullable: true }) revision: number | null;
  /** What the deploy publishes, as it was when the deploy was requested. Null once the deploy has ended. */
  @Column('json', { nullable: true, select: false }) source: DeploySource | null;
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) created_at: Date;
  @Column('timestamptz', { nullable: true }) deployed_at: Date | null;
}
