import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** The states of an authorization request; see `DeviceGrantEntity`. */
export type DeviceState = 'pending' | 'approved' | 'denied' | 'used';

/**
 * An authorization request of a device (RFC 8628). A user changes `pending` to `approved` or `denied`; `approved` becomes `used` when the
 * device gets its tokens. After `expires_at` the request is void in every state.
 */
@Entity('device_grant')
@Index('device_grant_user_code', ['user_code'], { unique: true })
@Index('device_grant_expires', ['expires_at'])
export class DeviceGrantEntity {
  /** SHA-256 of the device code. */
  @PrimaryColumn('bytea') code_hash: Buffer;
  /** Eight letters, without the hyphen. */
  @Column('text') user_code: string;
  /** SHA-256 of the device's code verifier, base64url (RFC 7636). */
  @Column('text') code_challenge: string;
  @Column('text', { nullable: true }) label: string | null;
  @Column('text', { nullable: true }) ip: string | null;
  @Column('text', { default: 'pending' }) state: DeviceState;
  /** The user who approved. */
  @Column('text', { nullable: true }) account_id: string | null;
  @Column('text', { nullable: true }) tenant_id: string | null;
  /** SHA-256 of the password hash at the approval. The approval is void once the password changes. */
  @Column('bytea', { nullable: true }) proof: Buffer | null;
  /** Minimum seconds between two polls. */
  @Column('integer', { default: 5 }) poll_seconds: number;
  @Column('timestamptz', { nullable: true }) polled_at: Date | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz') expires_at: Date;
}
