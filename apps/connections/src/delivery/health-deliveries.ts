import { connections } from '@skep/contracts/connections';
import { type Ctx, Database, Outbox, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { HealthConnectionEntity } from '../health/health-connection.entity.js';
import { HealthDeliveryEntity } from './health-delivery.entity.js';

/** Data that has arrived over a connection. */
export interface Arrived {
  ctx: Ctx;
  /** Of a message that may come again: it is kept once. */
  id: string;
  connection: Pick<HealthConnectionEntity, 'id' | 'tenant_id' | 'user_id' | 'provider'>;
  /** Kind of the data, as the sender names it. */
  type: string;
  /** The JSON text. */
  payload: string;
}

const ADD = statement(
  `insert into health_delivery (id, tenant_id, user_id, provider, connection_id, type, payload)
   select * from unnest(:ids::text[], :tenants::text[], :users::text[], :providers::text[], :connections::text[], :types::text[], :payloads::bytea[])
   on conflict (id) do nothing returning id`,
  { id: 'text' },
);
/** When data last arrived is known to the minute: a person who moves would otherwise be written all the time. */
const NOTE = statement(
  `update health_connection set status = 'connected', error = null, last_sync_at = now()
    where id = any(:ids::text[])
      and (status <> 'connected' or error is not null or last_sync_at is null or last_sync_at < now() - interval '1 minute')`,
);

/** Health data that has arrived, for the service that keeps it. */
@Injectable()
export class HealthDeliveries {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
  ) {}

  /** Keeps what has arrived, each with its event, in the current transaction. */
  async add(arrived: readonly Arrived[]): Promise<void> {
    if (!arrived.length) return;
    const rows = await Promise.all(arrived.map((each) => this.db.sealed(HealthDeliveryEntity, rowOf(each))));
    const column = (name: keyof HealthDeliveryEntity) => rows.map((row) => row[name]);
    const added = await this.db.rows(ADD, {
      ...{ ids: column('id'), tenants: column('tenant_id'), users: column('user_id'), providers: column('provider') },
      ...{ connections: column('connection_id'), types: column('type'), payloads: column('payload') },
    });
    const ids = new Set(added.map(({ id }) => id));
    const kept = arrived.filter(({ id }) => ids.has(id));
    if (!kept.length) return;
    await this.db.rows(NOTE, { ids: [...new Set(kept.map(({ connection }) => connection.id))] });
    for (const each of kept) {
      const { id: delivery_id, payload: _, ...of } = rowOf(each);
      await this.outbox.add(connections.healthReceived, each.ctx, { ...of, delivery_id });
    }
  }
}

const rowOf = ({ id, connection: { id: connection_id, tenant_id, user_id, provider }, type, payload }: Arrived) => ({
  ...{ id, tenant_id, user_id, provider, connection_id },
  ...{ type, payload },
});
