import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A random string that can be answered once, within five minutes, for one purpose. */
@Entity('challenge')
@Index('challenge_expires', ['expires_at'])
export class ChallengeEntity {
  /** SHA-256 of the challenge. */
  @PrimaryColumn('bytea') hash: Buffer;
  /** `login`, `device:<user code>`, `passkey`, `registration` or `probe:<name>`. */
  @Column('text') purpose: string;
  /** The user who must answer; null if any user's passkey may. */
  @Column('text', { nullable: true }) account_id: string | null;
  @Column('text', { nullable: true }) tenant_id: string | null;
  /** SHA-256 of the password hash at the login. The challenge is void once the password changes. */
  @Column('bytea', { nullable: true }) proof: Buffer | null;
  @Column('integer', { default: 0 }) wrong_answers: number;
  @Column('timestamptz') expires_at: Date;
}
