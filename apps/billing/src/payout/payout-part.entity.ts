import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { LedgerAccountEntity } from '../ledger/ledger-account.entity.js';
import { LedgerTransactionEntity } from '../ledger/ledger-transaction.entity.js';
import { PayoutEntity } from './payout.entity.js';

/** What a payout takes of one account of earnings, and the transactions that reserved and ended it. */
@Entity('payout_part')
@Unique('payout_part_reserved_once', ['reserved_by'])
@Unique('payout_part_ended_once', ['ended_by'])
@Index('payout_part_of', ['account_id'])
@Check('payout_part_amount', 'amount > 0')
export class PayoutPartEntity {
  @ForeignKey(() => PayoutEntity, { name: 'payout_part_payout' }) @PrimaryColumn('bigint') payout_id: number;
  @ForeignKey(() => LedgerAccountEntity, { name: 'payout_part_account' }) @PrimaryColumn('bigint') account_id: number;
  @Column('bigint') amount: number;
  @ForeignKey(() => LedgerTransactionEntity, { name: 'payout_part_reserved' }) @Column('text') reserved_by: string;
  @ForeignKey(() => LedgerTransactionEntity, { name: 'payout_part_ended' }) @Column('text', { nullable: true }) ended_by: string | null;
}
