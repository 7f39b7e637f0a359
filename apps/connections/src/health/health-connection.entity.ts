import { Sealed } from '@skep/platform';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A person's account at a health provider, connected here or by Terra. It belongs to one person of the installation. */
@Entity('health_connection')
@Index('health_connection_owner', ['tenant_id', 'user_id', 'provider'])
@Index('health_connection_account', ['provider', 'vendor_user_id'], { unique: true })
export class HealthConnectionEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  /** Of one that Terra has connected: `terra-` and its name there. */
  @Column('text') provider: string;
  /** The client that the provider granted the tokens to. */
  @Column('text') client_id: string;
  /** The id of the person at the provider, or at Terra. */
  @Column('text') vendor_user_id: string;
  @Column('text', { array: true }) scopes: string[];
  @Column('text', { default: 'connected' }) status: 'connected' | 'expired' | 'error';
  /** What is wrong. */
  @Column('text', { nullable: true }) error: string | null;
  /** `Tokens` as JSON; Terra keeps those of its connections. */
  @Sealed() tokens: string;
  @Column('timestamptz', { nullable: true }) expires_at: Date | null;
  /** Until when one process refreshes the tokens, and others wait. */
  @Column('timestamptz', { nullable: true }) refreshing_until: Date | null;
  /** Counts tokens. */
  @Column('integer', { default: 0 }) version: number;
  @Column('timestamptz', { default: () => 'now()' }) connected_at: Date;
  /** When data last arrived. */
  @Column('timestamptz', { nullable: true }) last_sync_at: Date | null;
}
