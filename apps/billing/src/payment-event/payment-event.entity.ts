import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A processed event of the payment provider, by the provider's id. */
@Entity('payment_event')
@Index('payment_event_processed', ['processed_at'])
export class PaymentEventEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') type: string;
  @Column('timestamptz', { default: () => 'now()' }) processed_at: Date;
}
