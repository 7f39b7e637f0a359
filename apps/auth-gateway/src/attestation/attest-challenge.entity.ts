import type { AttestPurpose } from '@skep/contracts/auth';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** 32 random bytes that a device proves itself with, once. */
@Entity('attest_challenge')
@Index('attest_challenge_expires', ['expires_at'])
@Index('attest_challenge_user', ['user_id'])
export class AttestChallengeEntity {
  /** `ach_` and 22 digits or letters. */
  @PrimaryColumn('text') id: string;
  @Column('bytea') challenge: Buffer;
  @Column('text') purpose: AttestPurpose;
  /** Who must answer; null if anyone may. */
  @Column('text', { nullable: true }) user_id: string | null;
  @Column('text', { nullable: true }) tenant_id: string | null;
  /** The key that must answer; null if any may. */
  @Column('text', { nullable: true }) key_id: string | null;
  @Column('timestamptz') expires_at: Date;
}
