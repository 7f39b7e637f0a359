import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { LedgerAccountEntity } from '../ledger/ledger-account.entity.js';
import { PaymentEntity } from '../payment/payment.entity.js';
import { HoldEntity } from './hold.entity.js';

/** A wallet's debt: the unpaid part of a call, or spent credits whose payment was refunded or disputed. The next top-up pays it first. */
@Entity('debt')
@Unique('debt_hold_unique', ['hold_id'])
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
