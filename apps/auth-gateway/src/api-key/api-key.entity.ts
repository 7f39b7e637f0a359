import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A key that a person made for a program. It may do what its scopes say, and never more than the person may at that moment. */
@Entity('api_key')
@Index('api_key_hash', ['hash'], { unique: true })
@Index('api_key_account', ['account_id', 'tenant_id'])
export class ApiKeyEntity {
  /** `key_` and 20 digits or small letters. */
  @PrimaryColumn('text') id: string;
  @Column('text') account_id: string;
  @Column('text') tenant_id: string;
  /** SHA-256 of the key. */
  @Column('bytea') hash: Buffer;
  /** How the key begins, by which its owner knows it. */
  @Column('text') key_prefix: string;
  @Column('text') name: string;
  /** Separated by commas. */
  @Column('text') scopes: string;
  /** The only app that the key is for; null for all that its scopes allow. */
  @Column('text', { nullable: true }) app_id: string | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  /** To the minute. */
  @Column('timestamptz', { nullable: true }) last_used_at: Date | null;
  @Column('timestamptz', { nullable: true }) revoked_at: Date | null;
}
