import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Counts of an app. A separate table from `listing`: counts change far more often, and can arrive before the listing. */
@Entity('popularity')
@Index('popularity_actions', { synchronize: false })
@Index('popularity_installs', { synchronize: false })
@Index('popularity_category_actions', { synchronize: false })
@Index('popularity_category_installs', { synchronize: false })
export class PopularityEntity {
  @PrimaryColumn('text') app_id: string;
  /** As in its listing, so that one index orders the listed apps of a category. */
  @Column('text', { default: '' }) category: string;
  @Column('boolean', { default: false }) listed: boolean;
  @Column('bigint', { default: 0 }) install_count: number;
  /** `sequence` of the newest `installChanged`. */
  @Column('bigint', { default: 0 }) install_sequence: number;
  @Column('bigint', { default: 0 }) action_count: number;
}
