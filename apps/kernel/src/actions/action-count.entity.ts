import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A user's actions in an app: of one day (UTC), and of all time with the day `-infinity`. `count_actions` writes it. */
@Entity('action_count')
@Index('action_count_day', { synchronize: false })
export class ActionCountEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @PrimaryColumn('text') app_id: string;
  @PrimaryColumn('date') day: string;
  @Column('bigint') actions: number;
  @Column('bigint') successes: number;
  @Column('numeric') tokens: string;
}

/** The actions of all users in an app: of one day (UTC), and of all time with the day `-infinity`. */
@Entity('app_action_count')
@Index('app_action_count_day', { synchronize: false })
export class AppActionCountEntity {
  @PrimaryColumn('text') app_id: string;
  @PrimaryColumn('date') day: string;
  /** Different users. */
  @Column('bigint') users: number;
  @Column('bigint') actions: number;
  @Column('bigint') successes: number;
  /** How many of them have a duration. */
  @Column('bigint') timed: number;
  @Column('numeric') duration_ms: string;
}
