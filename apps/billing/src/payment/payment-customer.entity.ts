import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** Under which id the payment provider knows a person. */
@Entity('payment_customer')
@Unique('payment_customer_once', ['provider', 'customer_id'])
export class PaymentCustomerEntity {
  @PrimaryColumn('text') provider: string;
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @Column('text') customer_id: string;
}
