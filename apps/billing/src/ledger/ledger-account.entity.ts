import { Check, Column, Entity, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';

/**
 * An account of the ledger. A user has one of kind `wallet`. A developer has, in each tenant whose users paid for their functions, one of
 * kind `earnings` and one of kind `payable` (reserved by payouts). A tenant has one of each other kind: `clearing` (credits bought, against
 * payments), `promotions` (credits granted), `revenue` (the platform's part of charges), `receivable` (debts for calls) and `chargebacks`
 * (debts for refunded or disputed payments). Only wallets store a balance; that of other accounts is the sum of their entries.
 */
@Entity('ledger_account')
@Unique('ledger_account_unique', ['tenant_id', 'kind', 'user_id'])
@Index('ledger_account_developer', { synchronize: false })
@Check('ledger_account_owner', `(kind in ('wallet', 'earnings', 'payable')) = (user_id <> '')`)
export class LedgerAccountEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id: number;
  @Column('text') tenant_id: string;
  @Column('text') kind: string;
  /** The owner of a wallet, earnings or payable account; '' on the tenant's own accounts. */
  @Column('text', { default: '' }) user_id: string;
}
