import { Check, Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import { LedgerAccountEntity } from '../ledger/ledger-account.entity.js';
import { PlanEntity } from '../plan/plan.entity.js';

/** What a person holds, in credits. The balance changes only together with its ledger entries and is never below zero. */
@Entity('wallet')
@Unique('wallet_account_once', ['account_id'])
@Check('wallet_not_overdrawn', 'balance >= 0')
@Check('wallet_overgranted', 'granted between 0 and balance')
@Check('wallet_reserved', 'held >= 0 and held <= balance')
export class WalletEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @ForeignKey(() => LedgerAccountEntity, { name: 'wallet_account' }) @Column('bigint') account_id: number;
  @Column('bigint', { default: 0 }) balance: number;
  /** Of the balance, what was given and not bought. It is spent first. */
  @Column('bigint', { default: 0 }) granted: number;
  /** Of the balance, what is reserved by holds: the rest can be spent. */
  @Column('bigint', { default: 0 }) held: number;
  @ForeignKey(() => PlanEntity, { name: 'wallet_plan' }) @Column('text') plan: string;
  @Column('text', { default: 'active' }) status: string;
  /** What the plan gives; kept here so that the balance is one read. */
  @Column('bigint', { default: 0 }) included_tokens: number;
  /** A charge that leaves less asks for an automatic top-up; null while none may be asked for. */
  @Column('bigint', { nullable: true }) recharge_below: number | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { default: () => 'now()' }) updated_at: Date;
}
