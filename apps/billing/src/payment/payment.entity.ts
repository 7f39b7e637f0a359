import { Check, Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import { LedgerTransaction } from '../ledger/ledger-transaction.entity.js';

/** A payment for credits, under the payment provider's id of it. */
@Entity('payment')
@Unique('payment_transaction_once', ['transaction_id'])
@Check('payment_status', `status in ('created', 'credited') and (status = 'credited') = (transaction_id is not null)`)
@Check('payment_price', 'tokens > 0 and price_cents > 0')
export class Payment {
  @PrimaryColumn('text') id: string;
  /** Who took it: `stripe` or `sandbox`. */
  @Column('text') provider: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('bigint') tokens: number;
  @Column('bigint') price_cents: number;
  @Column('text', { default: 'usd' }) currency: string;
  /** `created`, then `credited`. */
  @Column('text', { default: 'created' }) status: string;
  /** The top-up in the ledger, once there is one. */
  @ForeignKey(() => LedgerTransaction, { name: 'payment_transaction' }) @Column('text', { nullable: true }) transaction_id: string | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { nullable: true }) credited_at: Date | null;
}
