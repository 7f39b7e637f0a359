import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

export type DeviceState = 'pending' | 'approved' | 'denied' | 'used';

/**
 * A device that asks to be let in (RFC 8628). `pending` becomes `approved` or `denied` by a person, and `approved` becomes
 * `used` when the device gets its tokens; past `expires_at` none of it counts any more.
 */
@Entity('device_grant')
@Index('device_grant_user_code', ['user_code'], { unique: true })
@Index('device_grant_expires', ['expires_at'])
export class DeviceGrantEntity {
  /** SHA-256 of the device code. */
  @PrimaryColumn('bytea') code_hash: Buffer;
  /** Eight letters, without the hyphen. */
  @Column('text') user_code: string;
  /** RFC 7636: SHA-256 of the verifier that the device keeps, base64url. */
  @Column('text') code_challenge: string;
  @Column('text', { nullable: true }) label: string | null;
  @Column('text', { nullable: true }) ip: string | null;
  @Column('text', { default: 'pending' }) state: DeviceState;
  /** Who approved. */
  @Column('text', { nullable: true }) account_id: string | null;
  @Column('text', { nullable: true }) tenant_id: string | null;
  /** SHA-256 of the password's hash when it was approved: with another password since then it does not count. */
  @Column('bytea', { nullable: true }) proof: Buffer | null;
  /** Seconds that the device has to wait between two questions. */
  @Column('integer', { default: 5 }) poll_seconds: number;
  @Column('timestamptz', { nullable: true }) polled_at: Date | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz') expires_at: Date;
}
