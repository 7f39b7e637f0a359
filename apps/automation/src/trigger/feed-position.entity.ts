import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** One row: how far the event feed has been read. */
@Entity('feed_position')
@Check('feed_position_one', 'one')
export class FeedPositionEntity {
  @PrimaryColumn('boolean', { default: true }) one: boolean;
  @Column('bigint', { default: 0 }) seq: number;
  /** Changes with each change of the types of events that active rules wait for. */
  @Column('bigint', { default: 0 }) version: number;
}
