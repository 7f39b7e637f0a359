import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { Payer, PaymentProvider } from './payment-provider.js';

type Provider = PaymentProvider['name'];

const FIND = statement<{ customer_id: string }>(`
  select customer_id from payment_customer where provider = $1 and tenant_id = $2 and user_id = $3`);
const ADD = statement(
  'insert into payment_customer (provider, tenant_id, user_id, customer_id) values ($1, $2, $3, $4) on conflict do nothing',
);

/** Who is who at the payment provider. */
@Injectable()
export class CustomerRepository {
  constructor(private readonly db: Database) {}

  /** The provider's id of a person it has heard of. */
  async find(provider: Provider, { tenant, user }: Payer): Promise<string | undefined> {
    return (await this.db.row(FIND, [provider, tenant, user]))?.customer_id;
  }

  /** Notes a person's id and answers the one that counts: of two that were made at once, the first noted. */
  async add(provider: Provider, payer: Payer, id: string): Promise<string> {
    await this.db.rows(ADD, [provider, payer.tenant, payer.user, id]);
    return (await this.find(provider, payer)) ?? id;
  }
}
