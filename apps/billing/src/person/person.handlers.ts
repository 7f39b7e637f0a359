import { auth, type UserErased } from '@skep/contracts';
import { type Ctx, Database, erasePerson, Handlers, OnEvent, statement } from '@skep/platform';
import { PaymentProvider } from '../payment/payment-provider.js';

/** The books: money that moved stays explained, by ids alone. */
const BOOKS = ['ledger_account', 'wallet', 'hold', 'payment', 'recharge', 'subscription', 'plan_charge', 'developer_tier', 'payout'];
const FORGET = statement('select forget_person($1, $2)');

@Handlers()
export class PersonHandlers {
  constructor(
    private readonly db: Database,
    private readonly provider: PaymentProvider,
  ) {}

  /** The payment provider forgets them first: after that nobody knows any more under which name it knew them. */
  @OnEvent(auth.userErased, { idempotent: true })
  async userErased(_: Ctx, person: UserErased) {
    await this.provider.forget({ tenant: person.tenant_id, user: person.user_id });
    await this.db.transaction(async () => {
      await erasePerson(this.db, person, BOOKS);
      await this.db.rows(FORGET, [person.tenant_id, person.user_id]);
    });
  }
}
