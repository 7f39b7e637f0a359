import { Migration } from '@skep/platform';

/** What users used, one answer at a time. */
export class Calls1796900000002 extends Migration {
  readonly sql = `
    create table model_call (
      id bigint generated always as identity primary key,
      tenant_id text not null,
      user_id text not null,
      conversation_id text,
      agent_id text,
      provider text not null,
      model text not null,
      prompt_tokens bigint not null,
      completion_tokens bigint not null,
      created_at timestamptz not null default now()
    );
    create index model_call_user on model_call (tenant_id, user_id, id);
    create index model_call_created on model_call (created_at);`;
}
