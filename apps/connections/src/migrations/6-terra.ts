import { Migration } from '@skep/platform';

/** Deliveries of Terra, and the health data that they brought. */
export class Terra1798300000021 extends Migration {
  readonly sql = `
    create table terra_webhook (
      trace_id text primary key,
      received_at timestamptz not null default now()
    );
    create index terra_webhook_received on terra_webhook (received_at);

    create table health_delivery (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      provider text not null,
      connection_id text not null,
      type text not null,
      payload bytea not null,
      received_at timestamptz not null default now()
    );
    create index health_delivery_received on health_delivery (received_at);
    create index health_delivery_owner on health_delivery (tenant_id, user_id);`;
}
