import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a developer earned with an app in a month: a counter of the calls captured in it, minus those reversed in it, over all tenants. */
@Entity('earning')
export class EarningEntity {
  @PrimaryColumn('text') developer_id: string;
  @PrimaryColumn('text') app_id: string;
  /** First day of the month (UTC). */
  @PrimaryColumn('date') month: string;
  /** The developer's share of the base prices, in credits. */
  @Column('bigint') share: number;
  /** The platform's share of the base prices. */
  @Column('bigint') rest: number;
  /** The part of `share` that can be paid out. */
  @Column('bigint') payable: number;
  /** Captured calls, also those that were reversed. */
  @Column('bigint') calls: number;
}
