import { type Ctx, Database, statement, Together } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { HealthDeliveries } from '../delivery/health-deliveries.js';
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
  `select id, tenant_id, user_id, provider, vendor_user_id from health_connection
    where (provider, vendor_user_id) in (select * from unnest(:providers::text[], :users::text[])) order by id`,
  { id: 'text', tenant_id: 'text', user_id: 'text', provider: 'text', vendor_user_id: 'text' },
);

/** Keeps data that Terra sends: what arrives together in one transaction, as devices report at the same times of the day. */
@Injectable()
export class KeepTerraData {
  private readonly together = new Together<TerraData, void>((all) => this.keepAll(all));

  constructor(
    private readonly db: Database,
    private readonly deliveries: HealthDeliveries,
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
    const connections = new Map(found.map((each) => [keyOf(each.provider, each.vendor_user_id), each]));
    await this.deliveries.add(
      fresh.flatMap(({ user, ...data }) => {
        const connection = connections.get(keyOf(user.provider, user.id));
        return connection ? [{ ...data, connection, id: randomUUID() }] : [];
      }),
    );
  }
}

const keyOf = (provider: string, user: string) => JSON.stringify([provider, user]);
