import { Check, Column, Entity, PrimaryColumn, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** One leg of a transaction, in credits: positive into the account, negative out of it. Append-only. A trigger checks its references. */
@Entity('ledger_entry')
@Unique('ledger_entry_unique', ['transaction_id', 'account_id'])
@Check('ledger_entry_not_zero', 'amount <> 0')
@Check('ledger_entry_granted', 'granted between least(amount, 0) and greatest(amount, 0)')
export class LedgerEntryEntity {
  @PrimaryColumn('bigint') account_id: number;
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id: number;
  @Column('text') transaction_id: string;
  @Column('bigint') amount: number;
  /** Granted credits in the amount. The rest is bought credits, which can be paid out once a developer has earned them. */
  @Column('bigint', { default: 0 }) granted: number;
  /** The wallet's balance after this entry; null on accounts that store no balance. */
  @Column('bigint', { nullable: true }) balance_after: number | null;
  @Column('bigint', { nullable: true }) granted_after: number | null;
}
