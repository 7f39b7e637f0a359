import { Migration } from '@skep/platform';

/** Tokens to revoke; the client that tokens were granted to; who confirms a connection. */
export class Revocations1796000000002 extends Migration {
  readonly sql = `
    alter table oauth_state add email text not null default '';
    alter table oauth_account add client_id text not null default '';

    create table oauth_revocation (
      id text primary key,
      tenant_id text not null,
      app_id text not null,
      provider text not null,
      client_id text not null,
      granted bytea not null,
      requested_at timestamptz not null default now()
    );
    create index oauth_revocation_requested on oauth_revocation (requested_at);`;
}
