import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How much of a meter a person has used in a calendar month (UTC). */
@Entity('usage_counter')
export class UsageCounterEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  /** Its first day. */
  @PrimaryColumn('date') month: string;
  @PrimaryColumn('text') meter: string;
  @Column('bigint') used: number;
}
