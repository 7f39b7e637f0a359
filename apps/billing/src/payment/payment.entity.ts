import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { LedgerTransactionEntity } from '../ledger/ledger-transaction.entity.js';

/** A payment. */
@Entity('payment')
@Unique('payment_transaction_unique', ['transaction_id'])
@Index('payment_owner', { synchronize: false })
@Index('payment_unsettled', { synchronize: false })
@Check('payment_kind', `kind in ('topup', 'auto_topup', 'subscription')`)
@Check('payment_status', `status in ('created', 'credited', 'paid', 'canceled') and (status = 'credited') = (transaction_id is not null)`)
@Check('payment_price', `tokens >= 0 and (tokens = 0) = (kind = 'subscription') and price_cents > 0`)
@Check('payment_reversed', 'reversed between 0 and tokens and refunded_cents >= 0')
export class PaymentEntity {
  /** The payment provider's id. */
  @PrimaryColumn('text') id: string;
  /** `stripe` or `sandbox`. */
  @Column('text') provider: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  /** `topup`, `auto_topup`, `subscription`. */
  @Column('text', { default: 'topup' }) kind: string;
  /** Credits that it buys; 0 for a subscription. */
  @Column('bigint') tokens: number;
  @Column('bigint') price_cents: number;
  @Column('text', { default: 'usd' }) currency: string;
  /** `created`, then `credited`, for a subscription `paid`, or `canceled`. */
  @Column('text', { default: 'created' }) status: string;
  /** The ledger transaction that credited it. */
  @ForeignKey(() => LedgerTransactionEntity, { name: 'payment_transaction' }) @Column('text', { nullable: true }) transaction_id:
    string | null;
  @Column('bigint', { default: 0 }) refunded_cents: number;
  /** Credits taken back after refunds and disputes. */
  @Column('bigint', { default: 0 }) reversed: number;
  /** Number of reversals and reinstatements; part of their ledger keys. */
  @Column('integer', { default: 0 }) reversals: number;
  @Column('text', { nullable: true }) receipt_url: string | null;
  /** When the provider was last queried about it. */
  @Column('timestamptz', { default: () => 'now()' }) checked_at: Date;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { nullable: true }) credited_at: Date | null;
}
