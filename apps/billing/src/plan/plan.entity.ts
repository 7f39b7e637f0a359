import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What can be subscribed to. Plans are data: change them with SQL, not with code. */
@Entity('plan')
export class PlanEntity {
  /** `free` must be there: wallets open with it. */
  @PrimaryColumn('text') id: string;
  @Column('text') name: string;
  /** US cents an interval. */
  @Column('int') price_cents: number;
  @Column('text', { default: 'month' }) interval: string;
  /** Credits an interval. */
  @Column('bigint') included_tokens: number;
  @Column('jsonb') features: Record<string, unknown>;
  /** Allowed a month, by meter; −1 for no limit. */
  @Column('jsonb') limits: Record<string, number>;
  /** Whether a person can take it; others are by contract. */
  @Column('bool', { default: true }) for_sale: boolean;
  /** Where it stands in the list. */
  @Column('int') position: number;
}
