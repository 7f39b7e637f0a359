import { NotFound } from '@skep/contracts';
import { connections, type HealthDeliveryRef } from '@skep/contracts/connections';
import { type Ctx, Database, Handle, Handlers } from '@skep/platform';
import { HealthDeliveryEntity } from './health-delivery.entity.js';

@Handlers()
export class DeliveryHandlers {
  constructor(private readonly db: Database) {}

  @Handle(connections.getHealthDelivery)
  async getHealthDelivery({ tenant, user }: Ctx, { delivery_id }: HealthDeliveryRef) {
    const found = await this.db.repository(HealthDeliveryEntity).findOneBy({ id: delivery_id, tenant_id: tenant, user_id: user });
    if (!found) throw NotFound();
    return found;
  }
}
