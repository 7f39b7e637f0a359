import type { SubmissionCheck } from '@skep/contracts/portal';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Listing } from './listing.js';

/** One revision of an app submitted for review, with the decision. At most one submission of an app is undecided. */
@Entity('submission')
@Index('submission_app', ['app_id', 'submitted_at', 'submission_id'])
@Index('submission_open', { synchronize: false })
@Index('submission_waiting', { synchronize: false })
export class SubmissionEntity {
  @PrimaryColumn('text') submission_id: string;
  @Column('text') app_id: string;
  @Column('text') tenant_id: string;
  @Column('integer') revision: number;
  @Column('text') version: string;
  /** The listing as it was when submitted, so that what is approved is what was reviewed. */
  @Column('json') listing: Listing;
  @Column('json') checks: SubmissionCheck[];
  @Column('text') submitted_by: string;
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) submitted_at: Date;
  @Column('text', { nullable: true }) decision: 'approved' | 'rejected' | 'withdrawn' | null;
  @Column('text', { nullable: true }) reason: string | null;
  @Column('text', { array: true, default: () => "'{}'" }) codes: string[];
  /** What the reviewer found. */
  @Column('text', { nullable: true }) evidence: string | null;
  @Column('text', { nullable: true }) decided_by: string | null;
  @Column('timestamptz', { nullable: true }) decided_at: Date | null;
}
