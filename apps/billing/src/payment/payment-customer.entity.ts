import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** A user's customer id at the payment provider. */
@Entity('payment_customer')
@Unique('payment_customer_unique', ['provider', 'customer_id'])
export class PaymentCustomerEntity {
  @PrimaryColumn('text') provider: string;
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @Column('text') customer_id: string;
}
