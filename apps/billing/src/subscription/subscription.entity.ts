import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { PlanEntity } from '../plan/plan.entity.js';

/** The subscription of a user who has or had a plan other than `free`. Other users have no row. */
@Entity('subscription')
@Index('subscription_due', { synchronize: false })
@Check('subscription_status', `status in ('active', 'past_due', 'expired')`)
@Check('subscription_mode', `billing_mode in ('free', 'card', 'manual')`)
@Check(
  'subscription_period',
  `period_start < period_end and (billing_mode = 'card') = (anchor is not null) and (anchor is null or period_end is not null)`,
)
@Check('subscription_lapsed', `(status = 'expired') = (lapsed_plan is not null)`)
export class SubscriptionEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @ForeignKey(() => PlanEntity, { name: 'subscription_plan' }) @Column('text', { default: 'free' }) plan: string;
  /** `active`; `past_due`: the renewal is unpaid, within the grace period; `expired`: back on the free plan. */
  @Column('text', { default: 'active' }) status: 'active' | 'past_due' | 'expired';
  /** How it is paid: `free`, by the saved `card`, or `manual`: by a contract with the operator. */
  @Column('text', { default: 'free' }) billing_mode: 'free' | 'card' | 'manual';
  @Column('timestamptz', { default: () => 'now()' }) started_at: Date;
  /** Periods end whole months after this, so that a period begun on the 31st ends on the 31st again after February. */
  @Column('timestamptz', { nullable: true }) anchor: Date | null;
  @Column('timestamptz', { nullable: true }) period_start: Date | null;
  @Column('timestamptz', { nullable: true }) period_end: Date | null;
  @Column('bool', { default: false }) cancel_at_period_end: boolean;
  /** The cheaper plan that starts at the end of the period. */
  @ForeignKey(() => PlanEntity, { name: 'subscription_next_plan' }) @Column('text', { nullable: true }) next_plan: string | null;
  /** The expired plan, which can be renewed. */
  @ForeignKey(() => PlanEntity, { name: 'subscription_lapsed_plan' }) @Column('text', { nullable: true }) lapsed_plan: string | null;
  @Column('bigint', { nullable: true }) contract_amount_cents: number | null;
  @Column('text', { nullable: true }) billing_note: string | null;
  /** When it must be processed: at the end of the period, or earlier while a charge is open. */
  @Column('timestamptz', { nullable: true }) due_at: Date | null;
}
