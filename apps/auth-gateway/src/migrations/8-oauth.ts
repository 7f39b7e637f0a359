import { Migration } from '@skep/platform';

/** OAuth clients: their authorization requests, and the sessions that these lead to. */
export class Oauth1796200000008 extends Migration {
  override readonly olderCopies = 'They call rotate_refresh_token with the parameters that they know: the others have defaults.';

  readonly sql = `
    create table oauth_request (
      request_hash bytea primary key,
      browser_hash bytea not null,
      client_id text not null,
      client_name text not null,
      redirect_uri text not null,
      state text,
      code_challenge text not null,
      resource text not null,
      scope text not null,
      asks_consent boolean not null,
      -- The user who signed in.
      account_id text,
      tenant_id text,
      proof bytea,
      code_hash bytea,
      session_id text,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null
    );
    create unique index oauth_request_code on oauth_request (code_hash);
    create index oauth_request_account on oauth_request (account_id);
    create index oauth_request_expires on oauth_request (expires_at);

    alter table session add column client_id text, add column resource text, add column scope text;

    -- The function has more parameters now; see sql/rotate_refresh_token.sql.
    drop function if exists rotate_refresh_token(bytea, bytea, bytea, integer, integer, timestamptz);

    -- The system roles that may use all extensions may use them over MCP.
    update role set default_scopes = default_scopes || array['mcp:tools']
     where is_system and name in ('user', 'developer') and not default_scopes && array['mcp:tools', '*'];
    update account set role_scopes = role_scopes || array['mcp:tools']
     where role in ('user', 'developer') and 'extensions:*' = any(role_scopes) and not role_scopes && array['mcp:tools', '*'];`;
}
