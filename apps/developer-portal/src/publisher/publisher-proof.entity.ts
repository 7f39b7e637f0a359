import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The website of a developer. A developer who serves the token there may call it theirs. */
@Entity('publisher_proof')
export class PublisherProofEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') developer_id: string;
  /** Its origin. */
  @Column('text') website: string;
  /** Another one for each website, so that what one site serves proves no other. */
  @Column('text') token: string;
  /** Since when it is proven. */
  @Column('timestamptz', { nullable: true }) verified_at: Date | null;
  @Column('timestamptz', { nullable: true }) checked_at: Date | null;
  /** Why the last check failed. */
  @Column('text', { nullable: true }) failure: string | null;
}
