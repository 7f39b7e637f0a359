import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Counts of an app. A separate table from `listing`: counts change far more often, and can arrive before the listing. */
@Entity('popularity')
export class PopularityEntity {
  @PrimaryColumn('text') app_id: string;
  @Column('bigint', { default: 0 }) install_count: number;
  /** `sequence` of the newest `installChanged`. */
  @Column('bigint', { default: 0 }) install_sequence: number;
  @Column('bigint', { default: 0 }) action_count: number;
}
