import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A callable app. Its releases are numbered 1 to `latest_revision` without gaps; users run `live_revision`. */
@Entity('app')
@Index('app_developer', ['tenant_id', 'developer_id'])
@Index('app_system', { synchronize: false })
@Index('app_tenant', { synchronize: false })
@Check('app_install_count', 'install_count >= 0')
export class AppEntity {
  @PrimaryColumn('text') app_id: string;
  /** The tenant of its developer. */
  @Column('text') tenant_id: string;
  @Column('text') developer_id: string;
  /** True for an app that every user has without installing it. */
  @Column('boolean', { default: false }) system: boolean;
  /** 0 until the first release is published; an approval or a suspension can arrive before it. */
  @Column('integer', { default: 0 }) latest_revision: number;
  @Column('integer', { nullable: true }) live_revision: number | null;
  /** Credits per call, by function, as of the newest approval. */
  @Column('jsonb', { nullable: true }) live_prices: Record<string, number> | null;
  /** The developer's share of those prices in percent. */
  @Column('integer', { default: 70 }) live_split: number;
  /** `approved_at` of the newest approval. */
  @Column('timestamptz', { nullable: true }) approved_at: Date | null;
  /** True while an administrator suspends the app: no one can install or call it. */
  @Column('boolean', { default: false }) suspended: boolean;
  /** `changed_at` of the newest suspension or restoration. */
  @Column('timestamptz', { nullable: true }) suspension_changed_at: Date | null;
  /** When the app was last taken out of the marketplace; an approval after that lists it again. */
  @Column('timestamptz', { nullable: true }) delisted_at: Date | null;
  @Column('bigint', { default: 0 }) install_count: number;
  /** Grows with each change of `install_count`. */
  @Column('bigint', { default: 0 }) install_sequence: number;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}
