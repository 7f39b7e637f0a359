import { Check, Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import { HoldEntity } from '../hold/hold.entity.js';
import { LedgerTransactionEntity } from '../ledger/ledger-transaction.entity.js';

/** A reversal of a captured hold, or of a part of it. Append-only. */
@Entity('call_reversal')
@Unique('call_reversal_transaction_unique', ['transaction_id'])
@Check('call_reversal_amount', 'amount > 0 and share between 0 and amount')
export class CallReversalEntity {
  @ForeignKey(() => HoldEntity, { name: 'call_reversal_hold' }) @PrimaryColumn('text') hold_id: string;
  /** The reversals of a hold are numbered from 1. */
  @PrimaryColumn('integer', { default: 1 }) n: number;
  @ForeignKey(() => LedgerTransactionEntity, { name: 'call_reversal_transaction' }) @Column('text') transaction_id: string;
  /** Credits returned to the caller. */
  @Column('bigint') amount: number;
  /** The part of it that is of the base price. */
  @Column('bigint', { default: 0 }) base: number;
  /** The granted credits in it. */
  @Column('bigint', { default: 0 }) granted: number;
  /** The part of it that came from the developer's earnings. */
  @Column('bigint') share: number;
  /** The part of `share` that could be paid out. */
  @Column('bigint', { default: 0 }) payable: number;
  @Column('text') reason: string;
  @Column('text') reversed_by: string;
  @Column('timestamptz', { default: () => 'now()' }) reversed_at: Date;
}
