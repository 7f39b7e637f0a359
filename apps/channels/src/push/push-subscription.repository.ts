import type { SubscribePush } from '@skep/contracts/channels';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { PushSubscriptionEntity } from './push-subscription.entity.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;

const SUBSCRIPTIONS_MAX = 20;

const idOf = (endpoint: string) => `psh_${createHash('sha256').update(endpoint).digest('hex')}`;

const REMOVE = statement('delete from push_subscription where id = :id');
const KEEP_NEWEST = statement(
  `delete from push_subscription where tenant_id = :tenant and user_id = :user and id not in
     (select id from push_subscription where tenant_id = :tenant and user_id = :user order by created_at desc limit ${SUBSCRIPTIONS_MAX})`,
);

@Injectable()
export class PushSubscriptionRepository {
  constructor(private readonly db: Database) {}

  /** The browser no longer belongs to another user, also of another tenant. Of too many browsers the oldest are removed. */
  async add({ tenant, user }: Owner, { endpoint, keys }: SubscribePush): Promise<void> {
    const id = idOf(endpoint);
    const row = { id, tenant_id: tenant, user_id: user, subscription: JSON.stringify({ endpoint, keys }) };
    await this.db.acrossTenants(() =>
      this.db.transaction(async () => {
        await this.db.rows(REMOVE, { id });
        await this.db.repository(PushSubscriptionEntity).insert(row);
        await this.db.rows(KEEP_NEWEST, { tenant, user });
      }),
    );
  }

  async removeOwn({ tenant, user }: Owner, endpoint: string): Promise<void> {
    await this.db.repository(PushSubscriptionEntity).delete({ id: idOf(endpoint), tenant_id: tenant, user_id: user });
  }

  async removeAll({ tenant: tenant_id, user: user_id }: Owner): Promise<void> {
    await this.db.repository(PushSubscriptionEntity).delete({ tenant_id, user_id });
  }

  async remove(id: string): Promise<void> {
    await this.db.rows(REMOVE, { id });
  }

  async listIds({ tenant, user }: Owner): Promise<string[]> {
    const found = await this.db
      .repository(PushSubscriptionEntity)
      .find({ select: { id: true }, where: { tenant_id: tenant, user_id: user } });
    return found.map(({ id }) => id);
  }

  /** Undefined if it was removed, or belongs to another user meanwhile. */
  async find({ tenant, user }: Owner, id: string): Promise<SubscribePush | undefined> {
    const found = await this.db.repository(PushSubscriptionEntity).findOneBy({ id, tenant_id: tenant, user_id: user });
    return found ? (JSON.parse(found.subscription) as SubscribePush) : undefined;
  }
}
