import { connections } from '@skep/contracts/connections';
import { type Ctx, Database, Outbox, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { HealthConnectionEntity } from '../health/health-connection.entity.js';
import { HealthConnectionRepository } from '../health/health-connection.repository.js';
import { HealthDeliveryEntity } from './health-delivery.entity.js';

const ADD = statement(
  `insert into health_delivery (id, tenant_id, user_id, provider, connection_id, type, payload)
   values (:id, :tenant_id, :user_id, :provider, :connection_id, :type, :payload) on conflict (id) do nothing returning id`,
  { id: 'text' },
);

/** Health data that has arrived, for the service that keeps it. */
@Injectable()
export class HealthDeliveries {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
    private readonly health: HealthConnectionRepository,
  ) {}

  /**
   * Keeps what has arrived over a connection, and its event, in the current transaction.
   * @param id of a message that may come again: it is kept once
   */
  async add(ctx: Ctx, connection: HealthConnectionEntity, type: string, payload: string, id: string = randomUUID()): Promise<void> {
    const { tenant_id, user_id, provider, id: connection_id } = connection;
    const of = { tenant_id, user_id, provider, connection_id, type };
    if (!(await this.db.row(ADD, await this.db.sealed(HealthDeliveryEntity, { id, ...of, payload })))) return;
    await this.health.change(connection, { status: 'connected', error: null, last_sync_at: new Date() });
    await this.outbox.add(connections.healthReceived, ctx, { ...of, delivery_id: id });
  }
}
