import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { LedgerAccountEntity } from '../ledger/ledger-account.entity.js';
import { PaymentEntity } from '../payment/payment.entity.js';
import { HoldEntity } from './hold.entity.js';

/** What a wallet owes: for a call more than it could pay, or credits that were spent before their price was given back. Its next top-up pays it first. */
@Entity('debt')
@Unique('debt_hold_once', ['hold_id'])
@Index('debt_open', { synchronize: false })
@Check('debt_reason', '(hold_id is null) <> (payment_id is null)')
@Check('debt_amount', 'amount > 0 and paid between 0 and amount')
export class DebtEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id: number;
  @ForeignKey(() => LedgerAccountEntity, { name: 'debt_account' }) @Column('bigint') account_id: number;
  @ForeignKey(() => HoldEntity, { name: 'debt_hold' }) @Column('text', { nullable: true }) hold_id: string | null;
  @ForeignKey(() => PaymentEntity, { name: 'debt_payment' }) @Column('text', { nullable: true }) payment_id: string | null;
  @Column('bigint') amount: number;
  @Column('bigint', { default: 0 }) paid: number;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}
