import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A person who publishes apps. `developer_id` is the person's user id, which is of one tenant: so are the earnings. */
@Entity('developer')
@Index('developer_once', ['developer_id'], { unique: true })
export class DeveloperEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') developer_id: string;
  @Column('text') email: string;
  @Index('developer_nickname', { unique: true }) @Column('text') nickname: string;
  @Column('text') display_name: string;
  /** As billing told it last; it may have lapsed since. */
  @Column('text', { default: 'explorer' }) tier: string;
  @Column('timestamptz', { nullable: true }) tier_until: Date | null;
  @Column('text', { nullable: true }) comped_by: string | null;
  /** Of billing's message, so that an older one changes nothing. */
  @Column('bigint', { default: 0 }) tier_sequence: number;
  /** As billing said last. */
  @Column('bigint', { default: 0 }) total_earnings: number;
  @Column('text', { nullable: true }) website: string | null;
  @Column('text', { nullable: true }) description: string | null;
  @Column('timestamptz', { default: () => 'now()' }) registered_at: Date;
}
