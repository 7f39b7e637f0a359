import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A token with which the code of one app calls Skep in one tenant. */
@Entity('extension_token')
@Index('extension_token_hash', ['hash'], { unique: true })
@Index('extension_token_app', { synchronize: false })
@Index('extension_token_account', ['account_id'])
export class ExtensionTokenEntity {
  /** `ext_` and 20 digits or lower-case letters. */
  @PrimaryColumn('text') id: string;
  @Column('text') app_id: string;
  @Column('text') tenant_id: string;
  /** Who created it; null for the operator. */
  @Column('text', { nullable: true }) account_id: string | null;
  /** SHA-256 of the token. */
  @Column('bytea') hash: Buffer;
  /** The first characters of the token, so that its developer can recognize it. */
  @Column('text') prefix: string;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  /** Updated at most once a minute. */
  @Column('timestamptz', { nullable: true }) last_used_at: Date | null;
  @Column('timestamptz', { nullable: true }) revoked_at: Date | null;
}
