import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Why an app is not listed although it was approved. Apart from its listing, because it may be heard before the approval. */
@Entity('delisting')
export class DelistingEntity {
  @PrimaryColumn('text') app_id: string;
  /** When its developer took it out of the marketplace last. */
  @Column('timestamptz', { nullable: true }) delisted_at: Date | null;
  /** By an administrator. */
  @Column('boolean', { default: false }) suspended: boolean;
  /** Of the newest suspension or restoration heard. */
  @Column('timestamptz', { nullable: true }) suspension_changed_at: Date | null;
}
