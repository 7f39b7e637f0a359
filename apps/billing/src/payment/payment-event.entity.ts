import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What the provider has told already, by its own id of the message. */
@Entity('payment_event')
export class PaymentEventEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') type: string;
  @Column('timestamptz', { default: () => 'now()' }) taken_at: Date;
}
