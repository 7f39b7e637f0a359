import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { LedgerTransactionEntity } from '../ledger/ledger-transaction.entity.js';
import { PlanEntity } from '../plan/plan.entity.js';
import { SubscriptionEntity } from './subscription.entity.js';

/** A charge of a user's saved card for a plan. A user has at most one open charge. */
@Entity('plan_charge')
@ForeignKey(() => SubscriptionEntity, ['tenant_id', 'user_id'], ['tenant_id', 'user_id'], { name: 'plan_charge_subscription' })
@Unique('plan_charge_transaction_unique', ['transaction_id'])
@Index('plan_charge_open', { synchronize: false })
@Index('plan_charge_owner', ['tenant_id', 'user_id', 'created_at'])
@Check('plan_charge_kind', `kind in ('subscribe', 'upgrade', 'renewal')`)
@Check('plan_charge_amount', 'cents >= 0 and tokens >= 0')
@Check(
  'plan_charge_status',
  `status in ('open', 'paid', 'declined') and (status = 'open') = (ended_at is null)
   and (status = 'paid' and tokens > 0) = (transaction_id is not null)`,
)
export class PlanChargeEntity {
  /** `pch_…`; also the provider's idempotency key. */
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text') kind: 'subscribe' | 'upgrade' | 'renewal';
  @ForeignKey(() => PlanEntity, { name: 'plan_charge_plan' }) @Column('text') plan: string;
  /** US cents; 0 if nothing has to be paid. */
  @Column('bigint') cents: number;
  /** Credits granted when it is paid. */
  @Column('bigint') tokens: number;
  @Column('text', { default: 'open' }) status: 'open' | 'paid' | 'declined';
  @Column('text', { nullable: true }) payment_id: string | null;
  @ForeignKey(() => LedgerTransactionEntity, { name: 'plan_charge_transaction' })
  @Column('text', { nullable: true })
  transaction_id: string | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { nullable: true }) ended_at: Date | null;
}
