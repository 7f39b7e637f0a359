import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Sums of a user's actions in one app that were removed after SKEP_ACTIONS_KEEP_DAYS. */
@Entity('removed_actions')
@Index('removed_actions_app', ['app_id'])
export class RemovedActionsEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @PrimaryColumn('text') app_id: string;
  @Column('bigint') actions: number;
  @Column('bigint') successes: number;
  @Column('numeric') tokens: string;
  /** How many of them have a duration. */
  @Column('bigint') timed: number;
  @Column('numeric') duration_ms: string;
}
