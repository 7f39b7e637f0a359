import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Why an approved app is not listed. A separate table from `listing`, because its events can arrive before the approval. */
@Entity('delisting')
export class DelistingEntity {
  @PrimaryColumn('text') app_id: string;
  /** When its developer last took the app out of the marketplace. */
  @Column('timestamptz', { nullable: true }) delisted_at: Date | null;
  /** True while an administrator suspends the app. */
  @Column('boolean', { default: false }) suspended: boolean;
  /** `changed_at` of the newest suspension or restoration. */
  @Column('timestamptz', { nullable: true }) suspension_changed_at: Date | null;
}
