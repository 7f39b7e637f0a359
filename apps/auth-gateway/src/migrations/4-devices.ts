import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Devices1763769600203 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLE);
    await runner.query(ROTATE);
  }

  /** `rotate_refresh_token` stays as it is: its additional column harms nobody. */
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

/** As before (see 1-accounts.ts), and tells the surface of the session, which the access token tells too. */
const ROTATE = `
  drop function rotate_refresh_token;
  create function rotate_refresh_token(presented bytea, successor bytea, presenter bytea, grace_seconds integer, idle_seconds integer, access_until_at timestamptz)
  returns table (outcome text, session_id text, user_id text, tenant_id text, email text, role text, scopes text[], org_id text, surface text)
  language plpgsql as $$
  #variable_conflict use_column
  declare
    token refresh_token;
    moment timestamptz;
    came text;
  begin
    select * into token from refresh_token t where t.hash = presented for update;
    if not found then return; end if;
    moment := clock_timestamp();
    came := case
      when token.used_at is null then 'rotated'
      when token.successor_hash = successor
        and (token.used_by = presenter or token.used_at + grace_seconds * interval '1 second' > moment)
        and exists (select from refresh_token t where t.hash = successor and t.used_at is null) then 'repeated'
      else 'reused' end;

    return query
      update session s
         set last_used_at = case when came = 'reused' then s.last_used_at else moment end,
             idle_until = case when came = 'reused' then s.idle_until else moment + idle_seconds * interval '1 second' end,
             access_until = case when came = 'reused' then s.access_until else greatest(s.access_until, access_until_at) end
        from account a
       where s.id = token.session_id and a.id = s.account_id and a.is_active
         and s.revoked_at is null and s.idle_until > moment and s.expires_at > moment
      returning came, s.id, a.id, a.tenant_id, a.email, a.role, a.scopes, a.org_id, s.surface;

    if found and came = 'rotated' then
      update refresh_token t set used_at = moment, used_by = presenter, successor_hash = successor where t.hash = presented;
      insert into refresh_token (hash, session_id) values (successor, token.session_id);
    end if;
  end $$;`;
