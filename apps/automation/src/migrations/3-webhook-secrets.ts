import { Migration } from '@skep/platform';

/** Secrets that are replaced with an overlap, and what recognises a delivery that repeats. */
export class WebhookSecrets1798000000003 extends Migration {
  readonly sql = `
    alter table job add column sealed_previous bytea;
    alter table job add column previous_until timestamptz;
    alter table webhook add column sealed_previous bytea;
    alter table webhook add column previous_until timestamptz;

    -- Names a request at its receiver; the same if it is repeated. Null: the id of the row.
    alter table queue_job add column message_id text;

    -- Of a body that was signed, where what names the delivery was not.
    alter table webhook_event add column body_hash text;
    create index webhook_event_body on webhook_event (webhook_id, body_hash, created_at) where body_hash is not null;`;
}
