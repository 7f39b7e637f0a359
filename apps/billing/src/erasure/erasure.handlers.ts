import { auth, type UserErased } from '@skep/contracts/auth';
import { type Ctx, Database, eraseUser, Handlers, OnEvent, statement } from '@skep/platform';
import { PaymentProvider } from '../payment/payment-provider.js';

/** Tables whose rows stay, so that the ledger still adds up; anonymize_user removes what is personal in them. */
const KEPT_TABLES = [
  ...['ledger_account', 'wallet', 'hold', 'payment', 'invoice', 'recharge', 'subscription', 'plan_charge', 'developer_tier', 'payout'],
  ...['earning', 'tenant_earning', 'credit_note'],
];
const ANONYMIZE = statement('select anonymize_user(:tenant_id, :user_id)');

/** Consumes the erasure of a user. */
@Handlers()
export class ErasureHandlers {
  constructor(
    private readonly db: Database,
    private readonly provider: PaymentProvider,
  ) {}

  /** Deletes the provider's customer first, because its id is deleted with our rows. */
  @OnEvent(auth.userErased, { idempotent: true })
  async userErased(_: Ctx, user: UserErased) {
    await this.provider.deleteCustomer({ tenant: user.tenant_id, user: user.user_id });
    await this.db.transaction(async () => {
      await eraseUser(this.db, user, KEPT_TABLES);
      await this.db.rows(ANONYMIZE, user);
    });
  }
}
