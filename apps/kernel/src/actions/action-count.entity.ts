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
  /** Base prices. */
  @Column('numeric', { default: 0 }) credits: string;
}

/** The calls of an app on a day (UTC) that took about 2^(bucket/4) milliseconds: percentiles from it are within a tenth. */
@Entity('app_latency')
@Index('app_latency_day', { synchronize: false })
export class AppLatencyEntity {
  @PrimaryColumn('text') app_id: string;
  @PrimaryColumn('date') day: string;
  @PrimaryColumn('smallint') bucket: number;
  @Column('bigint') calls: number;
}
