import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { PaymentEntity } from './payment.entity.js';

/** A payment that its payer's bank wants back. While it is open and after it was lost the credits are gone. */
@Entity('payment_dispute')
@Index('payment_dispute_of', ['payment_id'])
@Check('payment_dispute_amount', 'amount_cents > 0')
@Check('payment_dispute_status', `status in ('open', 'won', 'lost')`)
export class PaymentDisputeEntity {
  @PrimaryColumn('text') id: string;
  @ForeignKey(() => PaymentEntity, { name: 'payment_dispute_payment' }) @Column('text') payment_id: string;
  @Column('bigint') amount_cents: number;
  /** `open`, then `won` or `lost`. */
  @Column('text') status: string;
}
