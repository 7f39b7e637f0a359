import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { LedgerTransactionEntity } from '../ledger/ledger-transaction.entity.js';

/** The developer tier that a user bought or was given. */
@Entity('developer_tier')
@Check('developer_tier_price', 'price >= 0')
export class DeveloperTierEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') developer_id: string;
  @Column('text') tier: string;
  /** Credits a year. Only tiers with a price include payouts. */
  @Column('bigint') price: number;
  /** When it expires; null means never. */
  @Column('timestamptz', { nullable: true }) tier_until: Date | null;
  /** Who assigned it free of charge; null if it was bought. */
  @Column('text', { nullable: true }) comped_by: string | null;
  /** Increases with each change. */
  @Column('bigint', { default: 1 }) tier_sequence: number;
  @ForeignKey(() => LedgerTransactionEntity, { name: 'developer_tier_transaction' })
  @Column('text', { nullable: true })
  transaction_id: string | null;
  @Column('timestamptz', { default: () => 'now()' }) changed_at: Date;
}
