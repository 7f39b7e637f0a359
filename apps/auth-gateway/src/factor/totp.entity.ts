import { Sealed } from '@skep/platform';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An authenticator app. It becomes a second factor when its first code confirms it, within ten minutes. */
@Entity('totp')
@Index('totp_unconfirmed', { synchronize: false })
export class TotpEntity {
  @PrimaryColumn('text') account_id: string;
  @Column('text') tenant_id: string;
  /** The shared secret, base64url. */
  @Sealed({ legacy: 'totp secret' }) sealed_secret: string;
  @Column('timestamptz', { nullable: true }) confirmed_at: Date | null;
  /** The time step of the last accepted code. Codes of this and earlier steps are rejected (RFC 6238 §5.2). */
  @Column('bigint', { nullable: true }) last_step: number | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}
