import { Check, Column, Entity, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';

/**
 * Where credits are. Each user has one of kind `wallet`, each developer one of kind `earnings` in each tenant that paid for his
 * functions, and there one of kind `payable` for what payouts have reserved; each tenant has one of each other kind: `clearing` (bought, against a payment), `promotions` (given away), `revenue`
 * (spent, the platform's part), `receivable` (owed by people for calls) and `chargebacks` (owed by people whose payment was given back). Only wallets keep a balance; the others' is the sum of their entries.
 */
@Entity('ledger_account')
@Unique('ledger_account_once', ['tenant_id', 'kind', 'user_id'])
@Index('ledger_account_developer', { synchronize: false })
@Check('ledger_account_owner', `(kind in ('wallet', 'earnings', 'payable')) = (user_id <> '')`)
export class LedgerAccountEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id: number;
  @Column('text') tenant_id: string;
  @Column('text') kind: string;
  /** The owner of a wallet, of earnings or of what is payable; '' on the tenant's own accounts. */
  @Column('text', { default: '' }) user_id: string;
}
