import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Subject } from './releases.js';

/** One attempt to make what an app holds a release, or the record of one that was made elsewhere. */
@Entity('deploy')
@Index('deploy_app', ['app_id', 'created_at'])
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
  /** The release it became. */
  @Column('integer', { nullable: true }) revision: number | null;
  /** What is being deployed, as it was when the deploy began; gone once it has ended. */
  @Column('json', { nullable: true, select: false }) subject: Subject | null;
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) created_at: Date;
  @Column('timestamptz', { nullable: true }) deployed_at: Date | null;
}
