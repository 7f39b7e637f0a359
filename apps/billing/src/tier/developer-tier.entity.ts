import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { LedgerTransactionEntity } from '../ledger/ledger-transaction.entity.js';

/** The developer tier that somebody has paid for, or was given; nobody has one without a row. */
@Entity('developer_tier')
@Check('developer_tier_price', 'price >= 0')
export class DeveloperTierEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') developer_id: string;
  @Column('text') tier: string;
  /** Credits a year. Earnings are paid out in tiers that have a price. */
  @Column('bigint') price: number;
  /** When it lapses; null: never. */
  @Column('timestamptz', { nullable: true }) tier_until: Date | null;
  /** Who gave it, where nobody paid. */
  @Column('text', { nullable: true }) comped_by: string | null;
  /** Grows with each change. */
  @Column('bigint', { default: 1 }) tier_sequence: number;
  @ForeignKey(() => LedgerTransactionEntity, { name: 'developer_tier_transaction' })
  @Column('text', { nullable: true })
  transaction_id: string | null;
  @Column('timestamptz', { default: () => 'now()' }) changed_at: Date;
}
