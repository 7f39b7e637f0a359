import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A pair of keys for access tokens. One is active; one may wait for its turn; the others are published until the tokens they signed have ended. */
@Entity('signing_key')
@Index('signing_key_active', { synchronize: false })
export class SigningKeyEntity {
  /** RFC 7638 thumbprint. */
  @PrimaryColumn('text') kid: string;
  /** RFC 7517, with `kid`, `alg` and `use`. */
  @Column('jsonb') public_jwk: Record<string, unknown>;
  /** PKCS #8 in PEM, sealed with SKEP_ENCRYPTION_KEY. */
  @Column('bytea') sealed_private_key: Buffer;
  @Column('boolean') is_active: boolean;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  /** Of one that waits: it becomes the active one then. */
  @Column('timestamptz', { nullable: true }) signs_from: Date | null;
  /** No longer published after this; null while it may still sign. */
  @Column('timestamptz', { nullable: true }) expires_at: Date | null;
}
