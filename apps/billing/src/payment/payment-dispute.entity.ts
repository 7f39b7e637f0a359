import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { PaymentEntity } from './payment.entity.js';

/** A dispute of a payment. While it is open, and after it is lost, the payment's credits are taken back. */
@Entity('payment_dispute')
@Index('payment_dispute_payment_id', ['payment_id'])
@Check('payment_dispute_amount', 'amount_cents > 0')
@Check('payment_dispute_status', `status in ('open', 'won', 'lost')`)
export class PaymentDisputeEntity {
  @PrimaryColumn('text') id: string;
  @ForeignKey(() => PaymentEntity, { name: 'payment_dispute_payment' }) @Column('text') payment_id: string;
  @Column('bigint') amount_cents: number;
  /** `open`, then `won` or `lost`. */
  @Column('text') status: string;
}
