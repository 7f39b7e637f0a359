import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A plan. Plans are data: change them with SQL. */
@Entity('plan')
export class PlanEntity {
  /** The plan `free` must exist: wallets open with it. */
  @PrimaryColumn('text') id: string;
  @Column('text') name: string;
  /** US cents per interval. */
  @Column('integer') price_cents: number;
  @Column('text', { default: 'month' }) interval: string;
  /** Credits per interval. */
  @Column('bigint') included_tokens: number;
  @Column('jsonb') features: Record<string, unknown>;
  /** Limit per meter and calendar month; −1 means no limit. */
  @Column('jsonb') limits: Record<string, number>;
  /** Whether users can subscribe to it. Other plans are sold by contract. */
  @Column('bool', { default: true }) for_sale: boolean;
  /** Order in the list of plans. */
  @Column('integer') position: number;
}
