import type { AgencyTheme } from '@skep/contracts/auth';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A group of users within a tenant, with its own name, domain and appearance. */
@Entity('agency')
@Index('agency_domain', ['tenant_id', 'domain'], { unique: true })
@Index('agency_time', ['tenant_id', 'created_at', 'agency_id'])
export class AgencyEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') agency_id: string;
  @Column('text') display_name: string;
  /** In lower case. */
  @Column('text', { nullable: true }) domain: string | null;
  /** See settings.ts. Contains no secrets. */
  @Column('jsonb') settings: Record<string, unknown>;
  /** Null: the default theme. */
  @Column('jsonb', { nullable: true }) theme: AgencyTheme | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}
