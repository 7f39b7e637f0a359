import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A key that a user created for a program. Its effective scopes never exceed the user's current scopes. */
@Entity('api_key')
@Index('api_key_hash', ['hash'], { unique: true })
@Index('api_key_account', ['account_id', 'tenant_id', 'revoked_at'])
export class ApiKeyEntity {
  /** `key_` and 20 digits or lower-case letters. */
  @PrimaryColumn('text') id: string;
  @Column('text') account_id: string;
  @Column('text') tenant_id: string;
  /** SHA-256 of the key. */
  @Column('bytea') hash: Buffer;
  /** The first characters of the key, so that its owner can recognize it. */
  @Column('text') key_prefix: string;
  @Column('text') name: string;
  /** Separated by commas. */
  @Column('text') scopes: string;
  /** The only app that the key works for; null if it is not limited to one app. */
  @Column('text', { nullable: true }) app_id: string | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  /** Updated at most once a minute. */
  @Column('timestamptz', { nullable: true }) last_used_at: Date | null;
  @Column('timestamptz', { nullable: true }) revoked_at: Date | null;
}
