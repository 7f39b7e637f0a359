import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The last number of the invoices of a year (UTC). */
@Entity('invoice_series')
export class InvoiceSeriesEntity {
  @PrimaryColumn('integer') year: number;
  @Column('bigint') last: number;
}
