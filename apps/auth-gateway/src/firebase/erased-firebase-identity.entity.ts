import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What is left of a Firebase user whose account was erased: they never sign in again. See sql/keep_erased_firebase_identity.sql. */
@Entity('erased_firebase_identity')
export class ErasedFirebaseIdentityEntity {
  /** SHA-256 of project, a line feed and subject. */
  @PrimaryColumn('bytea') hash: Buffer;
  @Column('timestamptz', { default: () => 'now()' }) erased_at: Date;
}
