import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An authenticator app. It waits for ten minutes to be confirmed by its first code, and counts as a factor from then on. */
@Entity('totp')
export class TotpEntity {
  @PrimaryColumn('text') account_id: string;
  @Column('text') tenant_id: string;
  /** The shared secret, base64url, sealed with SKEP_ENCRYPTION_KEY. */
  @Column('bytea') sealed_secret: Buffer;
  @Column('timestamptz', { nullable: true }) confirmed_at: Date | null;
  /** The time step of the last code that was taken: neither it nor an earlier one is taken again (RFC 6238 §5.2). */
  @Column('bigint', { nullable: true }) last_step: number | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}
