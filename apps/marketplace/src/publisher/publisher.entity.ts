import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A developer who has proven a website, or had. */
@Entity('publisher')
export class PublisherEntity {
  @PrimaryColumn('text') developer_id: string;
  /** Its origin; null since it was lost. */
  @Column('text', { nullable: true }) website: string | null;
  /** When developer-portal last changed it, so that older events are ignored. */
  @Column('timestamptz') changed_at: Date;
}
