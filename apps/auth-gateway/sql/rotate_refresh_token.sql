-- Exchanges a refresh token for its successor and returns the user and the session. Returns no row if the token is unknown or the session
-- has ended. Concurrent calls with the same token wait for the lock on its row.
--   presented, successor  hashes of the token and its successor
--   client                hash that identifies the client that presents the token
--   grace_seconds         how long after its use any client may repeat the exchange
--   idle_seconds          how long the session may stay unused from now on
--   access_until_at       the expiry of the access token that the caller signs next
--   for_client            the OAuth client of the session; null: a session of the user's own
--   for_resource          the resource of the session; null: any
-- The last two have defaults for copies of the release before, which know nothing of them.
-- The outcomes:
--   rotated   the token was unused; it is now used, and the successor is added
--   repeated  the token was used within the grace period or by the same client, and its successor is still unused: the response was
--             probably lost, so the caller gets the same successor again
--   reused    any other use of a used token. Changes nothing; the caller revokes the session.
create or replace function rotate_refresh_token(presented bytea, successor bytea, client bytea, grace_seconds integer, idle_seconds integer, access_until_at timestamptz, for_client text default null, for_resource text default null)
returns table (outcome text, session_id text, user_id text, tenant_id text, email text, role text, scopes text[], org_id text, surface text, resource text, scope text)
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
       and s.client_id is not distinct from for_client and (for_resource is null or s.resource = for_resource)
       and s.revoked_at is null and s.idle_until > checked_at and s.expires_at > checked_at
    returning result, s.id, a.id, a.tenant_id, a.email, a.role, a.scopes, a.org_id, s.surface, s.resource, s.scope;

  if found and result = 'rotated' then
    update refresh_token t set used_at = checked_at, used_by = client, successor_hash = successor where t.hash = presented;
    insert into refresh_token (hash, session_id) values (successor, token.session_id);
  end if;
end $$;
