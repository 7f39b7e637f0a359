import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A random text that somebody has to answer: once, soon, and for what it was issued. */
@Entity('challenge')
@Index('challenge_expires', ['expires_at'])
export class ChallengeEntity {
  /** SHA-256 of it. */
  @PrimaryColumn('bytea') hash: Buffer;
  /** `login`, `device:<user code>`, `passkey` or `registration`. */
  @Column('text') purpose: string;
  /** Whose it is; null where anybody's passkey may answer. */
  @Column('text', { nullable: true }) account_id: string | null;
  @Column('text', { nullable: true }) tenant_id: string | null;
  /** SHA-256 of the hash of the password that was proved: with another password it does not count. */
  @Column('bytea', { nullable: true }) proof: Buffer | null;
  /** Wrong answers so far. */
  @Column('integer', { default: 0 }) wrong: number;
  @Column('timestamptz') expires_at: Date;
}
