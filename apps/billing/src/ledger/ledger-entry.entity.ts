import { Check, Column, Entity, PrimaryColumn, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** One leg of a transaction, in credits: positive into the account, negative out of it. Append-only. A trigger sees to what it refers to. */
@Entity('ledger_entry')
@Unique('ledger_entry_once', ['transaction_id', 'account_id'])
@Check('ledger_entry_moves', 'amount <> 0')
@Check('ledger_entry_granted', 'granted between least(amount, 0) and greatest(amount, 0)')
export class LedgerEntryEntity {
  @PrimaryColumn('bigint') account_id: number;
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id: number;
  @Column('text') transaction_id: string;
  @Column('bigint') amount: number;
  /** What of the amount are granted credits. The rest was bought, and can be paid out once a developer has earned it. */
  @Column('bigint', { default: 0 }) granted: number;
  /** What the wallet held then; null on accounts that keep no balance. */
  @Column('bigint', { nullable: true }) balance_after: number | null;
  @Column('bigint', { nullable: true }) granted_after: number | null;
}
