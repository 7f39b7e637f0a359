import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { LedgerAccountEntity } from '../ledger/ledger-account.entity.js';
import { LedgerTransactionEntity } from '../ledger/ledger-transaction.entity.js';

/** A reservation of credits for a call. It is captured, released, or expires; its terms never change. */
@Entity('hold')
@Unique('hold_unique', ['tenant_id', 'user_id', 'idempotency_key'])
@Unique('hold_transaction_unique', ['transaction_id'])
@Index('hold_due', { synchronize: false })
@Index('hold_trace', { synchronize: false })
@Check('hold_amount', 'base_price >= 0 and platform_fee >= 0 and amount > 0 and amount = base_price + platform_fee')
@Check('hold_split', 'split between 0 and 100')
@Check(
  'hold_status',
  `status in ('held', 'captured', 'released', 'expired') and (status = 'held') = (ended_at is null)
   and (status = 'captured') = (transaction_id is not null) and (status = 'captured') = (captured_base is not null)
   and (status = 'captured') = (captured_fee is not null) and (status = 'captured') = (captured_granted is not null)`,
)
@Check(
  'hold_captured',
  `captured_base between 0 and base_price and captured_fee >= 0 and captured_base + captured_fee > 0
   and captured_granted between 0 and captured_base + captured_fee`,
)
export class HoldEntity {
  /** `hold_…` */
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @ForeignKey(() => LedgerAccountEntity, { name: 'hold_account' }) @Column('bigint') account_id: number;
  @Column('text') idempotency_key: string;
  @Column('text') input_hash: string;
  @Column('text') app_id: string;
  @Column('text') function: string;
  @Column('bigint') base_price: number;
  @Column('bigint') platform_fee: number;
  @Column('bigint') amount: number;
  /** The developer who gets `split` percent of the base price; null for none. */
  @Column('text', { nullable: true }) developer_id: string | null;
  @Column('integer') split: number;
  /** Of the request that it was placed for, and what there needs it: see `Ctx.cause`. */
  @Column('text', { nullable: true }) trace_id: string | null;
  @Column('text', { nullable: true }) cause_id: string | null;
  @Column('text', { default: 'held' }) status: string;
  @Column('bigint', { nullable: true }) captured_base: number | null;
  @Column('bigint', { nullable: true }) captured_fee: number | null;
  /** Granted credits in both, spent on the base price first. */
  @Column('bigint', { nullable: true }) captured_granted: number | null;
  @ForeignKey(() => LedgerTransactionEntity, { name: 'hold_transaction' })
  @Column('text', { nullable: true })
  transaction_id: string | null;
  @Column('timestamptz') expires_at: Date;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { nullable: true }) ended_at: Date | null;
}
