import type { InvoiceLine, InvoiceParty } from '@skep/contracts/billing';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { PaymentEntity } from '../payment/payment.entity.js';

/** An invoice, as it was made. It never changes; issue_invoice makes it. */
@Entity('invoice')
@Unique('invoice_payment_unique', ['payment_id'])
@Index('invoice_owner', { synchronize: false })
@Check('invoice_total', 'total_cents > 0')
export class InvoiceEntity {
  /** `INV-<year>-<number>` */
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @ForeignKey(() => PaymentEntity, { name: 'invoice_payment' }) @Column('text') payment_id: string;
  @Column('timestamptz', { default: () => 'now()' }) issued_at: Date;
  @Column('jsonb') seller: Partial<InvoiceParty>;
  @Column('jsonb') buyer: Partial<InvoiceParty>;
  @Column('jsonb') lines: InvoiceLine[];
  @Column('bigint') total_cents: number;
  @Column('text') currency: string;
}
