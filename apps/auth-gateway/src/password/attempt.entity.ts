import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** How often somebody tried something of late: a bucket that each try fills by one and time empties. */
@Entity('attempt')
@Index('attempt_at', ['at'])
export class AttemptEntity {
  /** SHA-256 of what, whose account and from which network. */
  @PrimaryColumn('bytea') key: Buffer;
  @Column('double precision') level: number;
  @Column('timestamptz') at: Date;
}
