import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A Firebase user, whose ID tokens sign in to an account. */
@Entity('firebase_identity')
@Index('firebase_identity_account', ['account_id'])
export class FirebaseIdentityEntity {
  @PrimaryColumn('text') project: string;
  /** The `sub` of their ID tokens. */
  @PrimaryColumn('text') subject: string;
  @Column('text') tenant_id: string;
  @Column('text') account_id: string;
  /** Sign-ins before this time were ended. */
  @Column('timestamptz', { nullable: true }) valid_since: Date | null;
  /** Firebase has disabled or deleted the user. */
  @Column('boolean', { default: false }) is_disabled: boolean;
  /** When Firebase last said so. */
  @Column('timestamptz', { nullable: true }) checked_at: Date | null;
  /** The latest sign-in that Skep has seen. */
  @Column('timestamptz') signed_in_at: Date;
  @Column('timestamptz', { default: () => 'now()' }) linked_at: Date;
}
