import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A part of a tenant that appears under a name and a face of its own. */
@Entity('agency')
@Index('agency_domain', ['tenant_id', 'domain'], { unique: true })
export class AgencyEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') agency_id: string;
  @Column('text') display_name: string;
  /** In lower case. */
  @Column('text', { nullable: true }) domain: string | null;
  /** See settings.ts. Holds no secrets. */
  @Column('jsonb') settings: Record<string, unknown>;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}
