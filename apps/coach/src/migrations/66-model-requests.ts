import { Migration } from '@skep/platform';

/** What language models were asked, for questions that are repeated. */
export class ModelRequests1798300000066 extends Migration {
  readonly sql = `
    create table model_request (
      tenant_id text,
      user_id text,
      key text,
      request bytea not null,
      created_at timestamptz not null default now(),
      primary key (tenant_id, user_id, key)
    );
    create index model_request_created on model_request (created_at);`;
}
