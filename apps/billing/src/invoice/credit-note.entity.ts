import type { InvoiceLine, InvoiceParty } from '@skep/contracts/billing';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { PaymentEntity } from '../payment/payment.entity.js';
import { InvoiceEntity } from './invoice.entity.js';

/** What the buyer of an invoice got back, by a refund or a lost dispute. It never changes; issue_credit_note makes it. */
@Entity('credit_note')
@Index('credit_note_owner', { synchronize: false })
@Index('credit_note_of_payment', ['payment_id'])
@Check('credit_note_total', 'total_cents > 0')
export class CreditNoteEntity {
  /** `CN-<year>-<number>` */
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @ForeignKey(() => InvoiceEntity, { name: 'credit_note_invoice' }) @Column('text') invoice_id: string;
  @ForeignKey(() => PaymentEntity, { name: 'credit_note_payment' }) @Column('text') payment_id: string;
  @Column('timestamptz', { default: () => 'now()' }) issued_at: Date;
  @Column('jsonb') seller: Partial<InvoiceParty>;
  @Column('jsonb') buyer: Partial<InvoiceParty>;
  @Column('jsonb') lines: InvoiceLine[];
  @Column('bigint') total_cents: number;
  @Column('text') currency: string;
}
