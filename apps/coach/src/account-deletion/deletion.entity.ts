import type { DeletionStepName } from '@skep/contracts/coach';
import { Sealed } from '@skep/platform';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** How a step ended. */
export interface StepNote {
  outcome: string;
  /** RFC 3339. */
  at: string;
}

/** The deletion of an account. Once it has ended, the row proves it, and names no one. */
@Entity('deletion')
@Index('deletion_person', ['tenant_id', 'person_id'], { unique: true })
export class DeletionEntity {
  /** `del_` and 16 characters. */
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  /** Null once it has ended. Not named `user_id`: the row outlives the rows of the user. */
  @Column('text', { nullable: true }) person_id: string | null;
  /** SHA-256 of the id of the Firebase user or, without one, of the user. */
  @Column('bytea') hash: Buffer;
  /** The Firebase users to delete; empty once it has ended. */
  @Column('text', { array: true, default: '{}' }) subjects: string[];
  /** Authorization code of Sign in with Apple; null once it was used. */
  @Sealed({ nullable: true }) apple_code: string | null;
  @Column('jsonb', { default: {} }) steps: Partial<Record<DeletionStepName, StepNote>>;
  @Column('timestamptz', { default: () => 'now()' }) requested_at: Date;
  @Column('timestamptz', { nullable: true }) ended_at: Date | null;
}
