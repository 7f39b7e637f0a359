import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A discoverable WebAuthn credential that requires user verification. */
@Entity('passkey')
@Index('passkey_credential', ['credential_id'], { unique: true })
@Index('passkey_account', ['account_id'])
export class PasskeyEntity {
  /** `pk_` and 22 digits or letters. */
  @PrimaryColumn('text') id: string;
  @Column('text') account_id: string;
  @Column('text') tenant_id: string;
  /** From the authenticator, base64url. */
  @Column('text') credential_id: string;
  /** COSE_Key (RFC 9052 §7). */
  @Column('bytea') public_key: Buffer;
  /** From the last signature. A lower value indicates a copied authenticator. */
  @Column('bigint') sign_count: number;
  /** How the browser reaches the authenticator: `internal`, `usb`, `hybrid` … */
  @Column('text', { array: true }) transports: string[];
  @Column('text') name: string;
  @Column('boolean') backed_up: boolean;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { nullable: true }) last_used_at: Date | null;
}
