import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A leaky bucket: each attempt adds one, and it drains over time. */
@Entity('attempt')
@Index('attempt_at', ['at'])
export class AttemptEntity {
  /** SHA-256 of the kind of attempt, the account's tenant and address, and the client's network. */
  @PrimaryColumn('bytea') key: Buffer;
  @Column('double precision') level: number;
  @Column('timestamptz') at: Date;
}
