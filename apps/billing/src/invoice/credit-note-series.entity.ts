import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The last number of the credit notes of a year (UTC). */
@Entity('credit_note_series')
export class CreditNoteSeriesEntity {
  @PrimaryColumn('integer') year: number;
  @Column('bigint') last: number;
}
