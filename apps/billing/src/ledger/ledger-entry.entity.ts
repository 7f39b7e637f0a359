import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { LedgerAccount } from './ledger-account.entity.js';
import { LedgerTransaction } from './ledger-transaction.entity.js';

/** One leg of a transaction, in credits: positive into the account, negative out of it. Append-only. */
@Entity('ledger_entry')
@Unique('ledger_entry_once', ['transaction_id', 'account_id'])
@Index('ledger_entry_history', ['account_id', 'id'])
@Check('ledger_entry_moves', 'amount <> 0')
export class LedgerEntry {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id: number;
  @ForeignKey(() => LedgerTransaction, { name: 'ledger_entry_transaction' }) @Column('text') transaction_id: string;
  @ForeignKey(() => LedgerAccount, { name: 'ledger_entry_account' }) @Column('bigint') account_id: number;
  @Column('bigint') amount: number;
  /** What the wallet held then; null on accounts that keep no balance. */
  @Column('bigint', { nullable: true }) balance_after: number | null;
}
