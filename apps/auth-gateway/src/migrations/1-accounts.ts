import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * There are no foreign keys: no row is deleted while another refers to it, and the checks would add a lock to every refresh.
 */
export class Accounts1763769600200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(ROTATE);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop function rotate_refresh_token;
      drop table mail, attempt, api_key, signing_key, refresh_token, session, pending_signup, account, tenant;`);
  }
}

const TABLES = `
  create table tenant (
    id text primary key,
    name text not null,
    created_at timestamptz not null default now()
  );
  insert into tenant (id, name) values ('default', 'Default');

  create table account (
    id text primary key,
    tenant_id text not null,
    email text not null,
    password_hash text,
    role text not null,
    scopes text[] not null,
    is_active boolean not null default true,
    agency_id text,
    org_id text,
    auth_method text not null default 'password',
    attributes jsonb not null,
    cases_user_id bigint,
    created_at timestamptz not null default now(),
    last_login timestamptz
  );
  create unique index account_email on account (tenant_id, email);

  create table pending_signup (
    token_hash bytea primary key,
    user_id text not null,
    tenant_id text not null,
    email text not null,
    password_hash text not null,
    attributes jsonb not null,
    token_sent boolean not null,
    network text not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null
  );
  create index pending_signup_email on pending_signup (tenant_id, email, created_at);
  create index pending_signup_expires on pending_signup (expires_at);

  create table session (
    id text primary key,
    account_id text not null,
    ip text,
    created_at timestamptz not null default now(),
    last_used_at timestamptz not null default now(),
    idle_until timestamptz not null,
    expires_at timestamptz not null,
    access_until timestamptz not null,
    revoked_at timestamptz,
    revoke_reason text
  ) with (fillfactor = 80);
  create index session_account on session (account_id);
  create index session_expires on session (expires_at);
  create index session_revoked on session (revoked_at) where revoked_at is not null;

  create table refresh_token (
    hash bytea primary key,
    session_id text not null,
    used_at timestamptz,
    used_by bytea,
    successor_hash bytea
  ) with (fillfactor = 80);
  create index refresh_token_session on refresh_token (session_id);

  create table signing_key (
    kid text primary key,
    public_jwk jsonb not null,
    sealed_private_key bytea not null,
    is_active boolean not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz
  );
  create unique index signing_key_active on signing_key (is_active) where is_active;

  create table api_key (
    id text primary key,
    account_id text not null,
    tenant_id text not null,
    hash bytea not null,
    key_prefix text not null,
    name text not null,
    scopes text not null,
    created_at timestamptz not null default now(),
    last_used_at timestamptz,
    revoked_at timestamptz
  );
  create unique index api_key_hash on api_key (hash);
  create index api_key_account on api_key (account_id, tenant_id);

  create table attempt (
    key bytea primary key,
    level double precision not null,
    at timestamptz not null
  );
  create index attempt_at on attempt (at);

  create table mail (
    id bigint generated always as identity primary key,
    sealed bytea not null,
    tries integer not null default 0,
    due_at timestamptz not null default now(),
    expires_at timestamptz not null
  );
  create index mail_due on mail (due_at);`;

/**
 * Exchanges a refresh token for its successor and returns the user and the session. Returns no row if the token is unknown or the session
 * has ended. Concurrent calls with the same token wait for the lock on its row.
 *   rotated   the token was unused; it is now used, and the successor is added
 *   repeated  the token was used within the grace period or by the same client, and its successor is still unused: the response was
 *             probably lost, so the caller gets the same successor again
 *   reused    any other use of a used token. Changes nothing; the caller revokes the session.
 */
const ROTATE = `
  create function rotate_refresh_token(presented bytea, successor bytea, client bytea, grace_seconds integer, idle_seconds integer, access_until_at timestamptz)
  returns table (outcome text, session_id text, user_id text, tenant_id text, email text, role text, scopes text[], org_id text)
  language plpgsql as $$
  #variable_conflict use_column
  declare
    token refresh_token;
    checked_at timestamptz;
    result text;
  begin
    select * into token from refresh_token t where t.hash = presented for update;
    if not found then return; end if;
    checked_at := clock_timestamp();
    result := case
      when token.used_at is null then 'rotated'
      when token.successor_hash = successor
        and (token.used_by = client or token.used_at + grace_seconds * interval '1 second' > checked_at)
        and exists (select from refresh_token t where t.hash = successor and t.used_at is null) then 'repeated'
      else 'reused' end;

    return query
      update session s
         set last_used_at = case when result = 'reused' then s.last_used_at else checked_at end,
             idle_until = case when result = 'reused' then s.idle_until else checked_at + idle_seconds * interval '1 second' end,
             access_until = case when result = 'reused' then s.access_until else greatest(s.access_until, access_until_at) end
        from account a
       where s.id = token.session_id and a.id = s.account_id and a.is_active
         and s.revoked_at is null and s.idle_until > checked_at and s.expires_at > checked_at
      returning result, s.id, a.id, a.tenant_id, a.email, a.role, a.scopes, a.org_id;

    if found and result = 'rotated' then
      update refresh_token t set used_at = checked_at, used_by = client, successor_hash = successor where t.hash = presented;
      insert into refresh_token (hash, session_id) values (successor, token.session_id);
    end if;
  end $$;`;
