import { Check, Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import { HoldEntity } from '../hold/hold.entity.js';
import { LedgerTransactionEntity } from '../ledger/ledger-transaction.entity.js';

/** The full reversal of a captured hold. Append-only. */
@Entity('call_reversal')
@Unique('call_reversal_transaction_unique', ['transaction_id'])
@Check('call_reversal_amount', 'amount > 0 and share between 0 and amount')
export class CallReversalEntity {
  @ForeignKey(() => HoldEntity, { name: 'call_reversal_hold' }) @PrimaryColumn('text') hold_id: string;
  @ForeignKey(() => LedgerTransactionEntity, { name: 'call_reversal_transaction' }) @Column('text') transaction_id: string;
  /** Credits returned to the caller. */
  @Column('bigint') amount: number;
  /** The part of it that came from the developer's earnings. */
  @Column('bigint') share: number;
  @Column('text') reason: string;
  @Column('text') reversed_by: string;
  @Column('timestamptz', { default: () => 'now()' }) reversed_at: Date;
}
