import { Migration } from '@skep/platform';

/** Connections to health providers, those that people have started, and grants of visitors. */
export class Health1798300000020 extends Migration {
  readonly sql = `
    create table health_state (
      hash text primary key,
      tenant_id text not null,
      user_id text not null,
      provider text not null,
      scopes text[] not null,
      redirect_uri text not null,
      return_to text not null,
      code_verifier bytea not null,
      expires_at timestamptz not null
    );
    create index health_state_expired on health_state (expires_at);

    create table health_connection (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      provider text not null,
      client_id text not null,
      vendor_user_id text not null,
      scopes text[] not null,
      status text not null default 'connected',
      error text,
      tokens bytea not null,
      expires_at timestamptz,
      refreshing_until timestamptz,
      version integer not null default 0,
      connected_at timestamptz not null default now(),
      last_sync_at timestamptz
    );
    create index health_connection_owner on health_connection (tenant_id, user_id, provider);
    create unique index health_connection_account on health_connection (provider, vendor_user_id);

    create table visitor_grant (
      purpose_id text primary key,
      provider text not null,
      state_hash text,
      redirect_uri text not null,
      code_verifier bytea not null,
      tokens bytea,
      token_expires_at timestamptz,
      refreshing_until timestamptz,
      version integer not null default 0,
      expires_at timestamptz not null
    );
    create unique index visitor_grant_state on visitor_grant (state_hash);
    create index visitor_grant_expired on visitor_grant (expires_at);

    alter table oauth_revocation add owner text not null default '';
    create index oauth_revocation_owner on oauth_revocation (owner);`;
}
