import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { LedgerAccountEntity } from '../ledger/ledger-account.entity.js';
import { LedgerTransactionEntity } from '../ledger/ledger-transaction.entity.js';
import { PayoutEntity } from './payout.entity.js';

/** The part of a payout that comes from one earnings account, with the transactions that reserved and settled it. */
@Entity('payout_part')
@Unique('payout_part_reserved_unique', ['reserved_by'])
@Unique('payout_part_ended_unique', ['ended_by'])
@Index('payout_part_account_id', ['account_id'])
@Check('payout_part_amount', 'amount > 0')
export class PayoutPartEntity {
  @ForeignKey(() => PayoutEntity, { name: 'payout_part_payout' }) @PrimaryColumn('bigint') payout_id: number;
  @ForeignKey(() => LedgerAccountEntity, { name: 'payout_part_account' }) @PrimaryColumn('bigint') account_id: number;
  @Column('bigint') amount: number;
  @ForeignKey(() => LedgerTransactionEntity, { name: 'payout_part_reserved' }) @Column('text') reserved_by: string;
  @ForeignKey(() => LedgerTransactionEntity, { name: 'payout_part_ended' }) @Column('text', { nullable: true }) ended_by: string | null;
}
