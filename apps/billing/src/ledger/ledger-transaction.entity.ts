import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** One movement of credits and its reason. Append-only; its entries sum to zero, in all credits and in granted ones. */
@Entity('ledger_transaction')
@Unique('ledger_transaction_unique', ['tenant_id', 'idempotency_key'])
export class LedgerTransactionEntity {
  /** `txn_…` */
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  /** `grant`, `topup`, `call`, `repayment`, `reversal`, `reinstatement`, `tier`, `call_reversal` or `payout`; `reason` in the wallet's history. */
  @Column('text') kind: string;
  /** Identifies the command, so that it moves the credits once. */
  @Column('text') idempotency_key: string;
  @Column('text') input_hash: string;
  @Column('text', { nullable: true }) description: string | null;
  @Column('text', { nullable: true }) app_id: string | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}
