import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** How many codes someone has tried lately. */
@Entity('link_try')
@Index('link_try_since', ['since'])
export class LinkTryEntity {
  /** A keyed hash of who tries: a person, or a contact. */
  @PrimaryColumn('bytea') subject: Buffer;
  @Column('integer') count: number;
  @Column('timestamptz') since: Date;
}
