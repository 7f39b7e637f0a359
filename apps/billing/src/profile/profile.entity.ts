import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The name and address on a user's invoices. */
@Entity('billing_profile')
export class BillingProfileEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @Column('text') name: string;
  @Column('text') company: string;
  @Column('text') vat: string;
  /** ISO 3166-1 alpha-2, or ''. */
  @Column('text') country: string;
  @Column('timestamptz', { default: () => 'now()' }) updated_at: Date;
}
