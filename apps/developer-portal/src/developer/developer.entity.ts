import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A person who publishes apps. `developer_id` is the person's user id. */
@Entity('developer')
export class Developer {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') developer_id: string;
  @Column('text') email: string;
  @Index('developer_nickname', { unique: true }) @Column('text') nickname: string;
  @Column('text') display_name: string;
  @Column('text', { default: 'explorer' }) tier: string;
  @Column('text', { nullable: true }) website: string | null;
  @Column('text', { nullable: true }) description: string | null;
  @Column('timestamptz', { default: () => 'now()' }) registered_at: Date;
}
