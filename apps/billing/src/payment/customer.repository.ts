import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { PaymentCustomerEntity } from './payment-customer.entity.js';
import type { Payer, PaymentProvider } from './payment-provider.js';

type Provider = PaymentProvider['name'];

const ADD = statement(
  'insert into payment_customer (provider, tenant_id, user_id, customer_id) values (:provider, :tenant, :user, :id) on conflict do nothing',
);

/** The payment provider's customer ids of users. */
@Injectable()
export class CustomerRepository {
  constructor(private readonly db: Database) {}

  /** The user's customer id; undefined if the provider does not know them. */
  async find(provider: Provider, { tenant, user }: Payer): Promise<string | undefined> {
    const customer = await this.db.repository(PaymentCustomerEntity).findOneBy({ provider, tenant_id: tenant, user_id: user });
    return customer?.customer_id;
  }

  /** Records a user's customer id and returns the valid one: of two created at once, the first recorded. */
  async add(provider: Provider, payer: Payer, id: string): Promise<string> {
    await this.db.rows(ADD, { provider, tenant: payer.tenant, user: payer.user, id });
    return (await this.find(provider, payer)) ?? id;
  }
}
