import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A person at an identity provider who may sign in to an account. */
@Entity('external_identity')
@Index('external_identity_subject', ['provider_id', 'subject'], { unique: true })
@Index('external_identity_account', ['account_id'])
export class ExternalIdentityEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') account_id: string;
  @Column('text') provider_id: string;
  /** The `sub` of their ID tokens, which never changes. */
  @Column('text') subject: string;
  /** Their address when the link was made. */
  @Column('text') email: string;
  @Column('timestamptz', { default: () => 'now()' }) linked_at: Date;
  @Column('timestamptz', { nullable: true }) last_used_at: Date | null;
}
