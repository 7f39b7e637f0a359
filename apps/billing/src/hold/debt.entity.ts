import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { LedgerAccount } from '../ledger/ledger-account.entity.js';
import { Hold } from './hold.entity.js';

/** What a capture could not take from its wallet. The wallet's next top-up pays it first. */
@Entity('debt')
@Unique('debt_hold_once', ['hold_id'])
@Index('debt_open', { synchronize: false })
@Check('debt_amount', 'amount > 0 and paid between 0 and amount')
export class Debt {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id: number;
  @ForeignKey(() => LedgerAccount, { name: 'debt_account' }) @Column('bigint') account_id: number;
  @ForeignKey(() => Hold, { name: 'debt_hold' }) @Column('text') hold_id: string;
  @Column('bigint') amount: number;
  @Column('bigint', { default: 0 }) paid: number;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}
