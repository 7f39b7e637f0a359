import { Migration } from '@skep/platform';

/** Accounts at OAuth providers, and connections that users have started. */
export class Accounts1796000000001 extends Migration {
  readonly sql = `
    create table oauth_state (
      hash text primary key,
      tenant_id text not null,
      user_id text not null,
      app_id text not null,
      provider text not null,
      scopes text[] not null,
      redirect_uri text not null,
      return_to text,
      code_verifier bytea not null,
      expires_at timestamptz not null
    );
    create index oauth_state_expired on oauth_state (expires_at);

    create table oauth_account (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      app_id text not null,
      provider text not null,
      subject text not null,
      email text not null,
      scopes text[] not null,
      status text not null,
      tokens bytea not null,
      expires_at timestamptz,
      refreshing_until timestamptz,
      connected_at timestamptz not null default now()
    );
    create index oauth_account_owner on oauth_account (tenant_id, user_id, provider, app_id);
    create index oauth_account_subject on oauth_account (provider, subject);`;
}
