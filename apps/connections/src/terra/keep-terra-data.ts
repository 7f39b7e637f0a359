import { connections } from '@skep/contracts/connections';
import { type Ctx, Database, Outbox, statement, Together } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { HealthDeliveryEntity } from '../delivery/health-delivery.entity.js';
import type { TerraUser } from './terra-event.js';

/** Data of one person that Terra has sent. */
export interface TerraData {
  ctx: Ctx;
  /** By which a repeated delivery is recognised. */
  trace_id: string;
  user: TerraUser;
  type: string;
  /** The JSON text. */
  payload: string;
}

const TAKE = statement('insert into terra_webhook (trace_id) select unnest(:ids::text[]) on conflict do nothing returning trace_id', {
  trace_id: 'text',
});
const FIND = statement(
  `select id as connection_id, tenant_id, user_id, provider, vendor_user_id from health_connection
    where (provider, vendor_user_id) in (select * from unnest(:providers::text[], :users::text[])) order by id`,
  { connection_id: 'text', tenant_id: 'text', user_id: 'text', provider: 'text', vendor_user_id: 'text' },
);
const KEEP = statement(
  `insert into health_delivery (id, tenant_id, user_id, provider, connection_id, type, payload)
   select * from unnest(:ids::text[], :tenants::text[], :users::text[], :providers::text[], :connections::text[], :types::text[], :payloads::bytea[])`,
);
/** When data last arrived is known to the minute: a person who moves would otherwise be written all the time. */
const NOTE = statement(
  `update health_connection set status = 'connected', error = null, last_sync_at = now()
    where id = any(:ids::text[])
      and (status <> 'connected' or error is not null or last_sync_at is null or last_sync_at < now() - interval '1 minute')`,
);

/** Keeps data that Terra sends: what arrives together in one transaction, as devices report at the same times of the day. */
@Injectable()
export class KeepTerraData {
  private readonly together = new Together<TerraData, void>((all) => this.keepAll(all));

  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
  ) {}

  /** Once, however often it comes. Data of unknown people is not kept. */
  keep(data: TerraData): Promise<void> {
    return this.together.run(data);
  }

  private async keepAll(all: TerraData[]): Promise<void[]> {
    // Across tenants, because Terra does not say whose a person is.
    await this.db.acrossTenants(() => this.db.transaction(() => this.keepNew(all)));
    return all.map(() => undefined);
  }

  private async keepNew(all: TerraData[]): Promise<void> {
    const byId = new Map(all.map((data) => [data.trace_id, data]));
    const taken = await this.db.rows(TAKE, { ids: [...byId.keys()].toSorted() });
    const fresh = taken.map(({ trace_id }) => byId.get(trace_id)!);
    const found = await this.db.rows(FIND, { providers: fresh.map(({ user }) => user.provider), users: fresh.map(({ user }) => user.id) });
    const owners = new Map(found.map((each) => [keyOf(each.provider, each.vendor_user_id), each]));
    const kept = fresh.flatMap((data) => {
      const owner = owners.get(keyOf(data.user.provider, data.user.id));
      return owner ? [{ ...data, ...owner, id: randomUUID() }] : [];
    });
    if (!kept.length) return;
    const rows = await Promise.all(kept.map((each) => this.db.sealed(HealthDeliveryEntity, each)));
    await this.db.rows(KEEP, {
      ...{ ids: kept.map(({ id }) => id), tenants: kept.map(({ tenant_id }) => tenant_id), users: kept.map(({ user_id }) => user_id) },
      ...{ providers: kept.map(({ provider }) => provider), connections: kept.map(({ connection_id }) => connection_id) },
      ...{ types: kept.map(({ type }) => type), payloads: rows.map(({ payload }) => payload) },
    });
    await this.db.rows(NOTE, { ids: [...new Set(kept.map(({ connection_id }) => connection_id))] });
    for (const { ctx, id, tenant_id, user_id, provider, connection_id, type } of kept)
      await this.outbox.add(connections.healthReceived, ctx, { tenant_id, user_id, provider, connection_id, type, delivery_id: id });
  }
}

const keyOf = (provider: string, user: string) => JSON.stringify([provider, user]);
