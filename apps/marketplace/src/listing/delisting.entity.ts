import { Column, Entity, PrimaryColumn } from 'typeorm';

/** When an app was last taken out of the marketplace. Apart from its listing, because it may be heard before the approval. */
@Entity('delisting')
export class Delisting {
  @PrimaryColumn('text') app_id: string;
  @Column('timestamptz') delisted_at: Date;
}
