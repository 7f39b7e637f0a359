import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A user who publishes apps. `developer_id` is their user id; it registers once over all tenants, so that no one reads the earnings of another. */
@Entity('developer')
@Index('developer_id_unique', ['developer_id'], { unique: true })
export class DeveloperEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') developer_id: string;
  @Column('text') email: string;
  @Index('developer_nickname', { unique: true }) @Column('text') nickname: string;
  @Column('text') display_name: string;
  /** As billing last reported it; it may have expired since. */
  @Column('text', { default: 'explorer' }) tier: string;
  @Column('timestamptz', { nullable: true }) tier_until: Date | null;
  @Column('text', { nullable: true }) comped_by: string | null;
  /** The sequence of billing's last report, so that older ones are ignored. */
  @Column('bigint', { default: 0 }) tier_sequence: number;
  /** As billing last reported them. */
  @Column('bigint', { default: 0 }) total_earnings: number;
  @Column('text', { nullable: true }) website: string | null;
  @Column('text', { nullable: true }) description: string | null;
  @Column('timestamptz', { default: () => 'now()' }) registered_at: Date;
}
