import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What is counted of an app. Apart from its listing: counts come first, or without one, and far more often than listings change. */
@Entity('popularity')
export class PopularityEntity {
  @PrimaryColumn('text') app_id: string;
  @Column('bigint', { default: 0 }) install_count: number;
  /** Of the newest change of installs heard. */
  @Column('bigint', { default: 0 }) install_sequence: number;
  @Column('bigint', { default: 0 }) action_count: number;
}
