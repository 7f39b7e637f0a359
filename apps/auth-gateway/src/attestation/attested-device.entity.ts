import type { AppAttestEnvironment } from '@skep/contracts/auth';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An app on a device, known by a key of App Attest. */
@Entity('attested_device')
@Index('attested_device_key', ['key_id'], { unique: true })
@Index('attested_device_user', ['user_id'])
@Index('attested_device_used', ['used_at'])
export class AttestedDeviceEntity {
  /** `atd_` and 22 digits or letters. */
  @PrimaryColumn('text') id: string;
  /** Null until the first assertion, if no one was signed in when the key was attested. */
  @Column('text', { nullable: true }) user_id: string | null;
  @Column('text', { nullable: true }) tenant_id: string | null;
  /** SHA-256 of the public key, base64. */
  @Column('text') key_id: string;
  /** `<team id>.<bundle id>`. */
  @Column('text') app_id: string;
  @Column('text') environment: AppAttestEnvironment;
  /** DER of a SubjectPublicKeyInfo. */
  @Column('bytea') public_key: Buffer;
  /** For Apple's service that assesses risk. */
  @Column('bytea') receipt: Buffer;
  /** Of the last assertion. */
  @Column('bigint', { default: 0 }) counter: number;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { default: () => 'now()' }) used_at: Date;
}
