import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { Payer, PaymentProvider } from './payment-provider.js';

type Provider = PaymentProvider['name'];

const FIND = statement<{ customer_id: string }>(`
  select customer_id from payment_customer where provider = $1 and tenant_id = $2 and user_id = $3`);
const ADD = statement(
  'insert into payment_customer (provider, tenant_id, user_id, customer_id) values ($1, $2, $3, $4) on conflict do nothing',
);

/** The payment provider's customer ids of users. */
@Injectable()
export class CustomerRepository {
  constructor(private readonly db: Database) {}

  /** The user's customer id; undefined if the provider does not know them. */
  async find(provider: Provider, { tenant, user }: Payer): Promise<string | undefined> {
    return (await this.db.row(FIND, [provider, tenant, user]))?.customer_id;
  }

  /** Records a user's customer id and returns the valid one: of two created at once, the first recorded. */
  async add(provider: Provider, payer: Payer, id: string): Promise<string> {
    await this.db.rows(ADD, [provider, payer.tenant, payer.user, id]);
    return (await this.find(provider, payer)) ?? id;
  }
}
