import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Something that can be called. Releases are numbered 1 to `latest_revision` without gaps; users run `live_revision`. */
@Entity('app')
@Index('app_developer', ['tenant_id', 'developer_id'])
@Index('app_system', { synchronize: false })
@Check('app_install_count', 'install_count >= 0')
export class AppEntity {
  @PrimaryColumn('text') app_id: string;
  /** Where its developer is at home. */
  @Column('text') tenant_id: string;
  @Column('text') developer_id: string;
  /** Everybody has it. */
  @Column('boolean', { default: false }) system: boolean;
  /** 0 while only its approval is known here. */
  @Column('integer', { default: 0 }) latest_revision: number;
  @Column('integer', { nullable: true }) live_revision: number | null;
  /** Credits a call by function, and what its developer gets of them in percent: frozen at the newest approval heard. */
  @Column('jsonb', { nullable: true }) live_prices: Record<string, number> | null;
  @Column('integer', { default: 70 }) live_split: number;
  /** Of the newest approval heard. */
  @Column('timestamptz', { nullable: true }) approved_at: Date | null;
  /** By an administrator: nobody installs or calls it. */
  @Column('boolean', { default: false }) suspended: boolean;
  /** Of the newest suspension or restoration heard. */
  @Column('timestamptz', { nullable: true }) suspension_changed_at: Date | null;
  @Column('bigint', { default: 0 }) install_count: number;
  /** Grows with each change of `install_count`. */
  @Column('bigint', { default: 0 }) install_sequence: number;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}
