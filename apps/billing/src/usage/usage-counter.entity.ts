import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A user's usage of one meter in one calendar month (UTC). */
@Entity('usage_counter')
@Index('usage_counter_month', { synchronize: false })
export class UsageCounterEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  /** First day of the month. */
  @PrimaryColumn('date') month: string;
  @PrimaryColumn('text') meter: string;
  @Column('bigint') used: number;
}
