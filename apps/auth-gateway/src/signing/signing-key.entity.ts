import { Sealed } from '@skep/platform';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A key pair for access tokens. One is active, one may be pending, and the others stay published until the tokens that they signed have expired. */
@Entity('signing_key')
@Index('signing_key_active', { synchronize: false })
export class SigningKeyEntity {
  /** RFC 7638 thumbprint. */
  @PrimaryColumn('text') kid: string;
  /** RFC 7517, with `kid`, `alg` and `use`. */
  @Column('jsonb') public_jwk: Record<string, unknown>;
  /** PKCS #8 in PEM. */
  @Sealed({ legacy: 'signing key' }) sealed_private_key: string;
  @Column('boolean') is_active: boolean;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  /** When a pending key becomes active. */
  @Column('timestamptz', { nullable: true }) signs_from: Date | null;
  /** Not published after this; null for an active or pending key. */
  @Column('timestamptz', { nullable: true }) expires_at: Date | null;
}
