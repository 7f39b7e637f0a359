import { Check, Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import { LedgerAccountEntity } from '../ledger/ledger-account.entity.js';
import { PlanEntity } from '../plan/plan.entity.js';

/** A user's wallet, in credits. The balance changes only together with its ledger entries and never falls below zero. */
@Entity('wallet')
@Unique('wallet_account_unique', ['account_id'])
@Check('wallet_balance_not_negative', 'balance >= 0')
@Check('wallet_granted_within_balance', 'granted between 0 and balance')
@Check('wallet_budget', 'budget >= 0')
@Check('wallet_held_within_balance', 'held >= 0 and held <= balance')
export class WalletEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @ForeignKey(() => LedgerAccountEntity, { name: 'wallet_account' }) @Column('bigint') account_id: number;
  @Column('bigint', { default: 0 }) balance: number;
  /** Granted (not bought) credits in the balance. They are spent first. */
  @Column('bigint', { default: 0 }) granted: number;
  /** Credits in the balance that open holds reserve. */
  @Column('bigint', { default: 0 }) held: number;
  @ForeignKey(() => PlanEntity, { name: 'wallet_plan' }) @Column('text') plan: string;
  @Column('text', { default: 'active' }) status: string;
  /** Copied from the plan, so that reading the balance is one query. */
  @Column('bigint', { default: 0 }) included_tokens: number;
  /** A charge that leaves less requests an automatic top-up; null while none may be requested. */
  @Column('bigint', { nullable: true }) recharge_below: number | null;
  /** Credits that calls may cost in a calendar month (UTC); null for no limit. */
  @Column('bigint', { nullable: true }) budget: number | null;
  /** What calls cost in `spent_month`, refunds deducted. */
  @Column('bigint', { default: 0 }) spent: number;
  @Column('date', { nullable: true }) spent_month: string | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { default: () => 'now()' }) updated_at: Date;
}
