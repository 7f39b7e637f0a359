import { Migration } from '@skep/platform';

/** Calls that wait for their user, or did. */
export class Confirmations1795910400680 extends Migration {
  readonly sql = `
    create table confirmation (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      kind text not null,
      status text not null default 'pending',
      app_id text not null,
      -- The release that it was shown for; null for a built-in extension.
      revision integer,
      function text not null,
      action_type text not null,
      params bytea not null,
      params_hash text not null,
      summary text not null,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      decided_at timestamptz,
      result bytea
    );
    create index confirmation_pending on confirmation (tenant_id, user_id, created_at) where status = 'pending';
    create index confirmation_expired on confirmation (expires_at);`;
}
