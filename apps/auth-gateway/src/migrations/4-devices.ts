import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Devices1763769600203 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLE);
    await runner.query(ROTATE);
  }

  /** `rotate_refresh_token` keeps its additional column, which does no harm. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table device_grant');
  }
}

const TABLE = `
  create table device_grant (
    code_hash bytea primary key,
    user_code text not null,
    code_challenge text not null,
    label text,
    ip text,
    state text not null default 'pending',
    account_id text,
    tenant_id text,
    proof bytea,
    poll_seconds integer not null default 5,
    polled_at timestamptz,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null
  );
  create unique index device_grant_user_code on device_grant (user_code);
  create index device_grant_expires on device_grant (expires_at);`;

/** The same as in 1-accounts.ts, and also returns the session's surface, which access tokens contain. */
const ROTATE = `
  drop function rotate_refresh_token;
  create function rotate_refresh_token(presented bytea, successor bytea, client bytea, grace_seconds integer, idle_seconds integer, access_until_at timestamptz)
  returns table (outcome text, session_id text, user_id text, tenant_id text, email text, role text, scopes text[], org_id text, surface text)
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
      returning result, s.id, a.id, a.tenant_id, a.email, a.role, a.scopes, a.org_id, s.surface;

    if found and result = 'rotated' then
      update refresh_token t set used_at = checked_at, used_by = client, successor_hash = successor where t.hash = presented;
      insert into refresh_token (hash, session_id) values (successor, token.session_id);
    end if;
  end $$;`;
