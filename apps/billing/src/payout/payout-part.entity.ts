import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { LedgerAccount } from '../ledger/ledger-account.entity.js';
import { LedgerTransaction } from '../ledger/ledger-transaction.entity.js';
import { Payout } from './payout.entity.js';

/** What a payout takes of one account of earnings, and the transactions that reserved and ended it. */
@Entity('payout_part')
@Unique('payout_part_reserved_once', ['reserved_by'])
@Unique('payout_part_ended_once', ['ended_by'])
@Index('payout_part_of', ['account_id'])
@Check('payout_part_amount', 'amount > 0')
export class PayoutPart {
  @ForeignKey(() => Payout, { name: 'payout_part_payout' }) @PrimaryColumn('bigint') payout_id: number;
  @ForeignKey(() => LedgerAccount, { name: 'payout_part_account' }) @PrimaryColumn('bigint') account_id: number;
  @Column('bigint') amount: number;
  @ForeignKey(() => LedgerTransaction, { name: 'payout_part_reserved' }) @Column('text') reserved_by: string;
  @ForeignKey(() => LedgerTransaction, { name: 'payout_part_ended' }) @Column('text', { nullable: true }) ended_by: string | null;
}
