import { Migration } from '@skep/platform';

/** Indexes for each order of each list, for searches and for removals. */
export class FlatLists1795824000200 extends Migration {
  override readonly olderCopies = 'The trigger set_session_ends fills session.idle_day, whoever inserts.';
  readonly sql = `
    create index tenant_time on tenant (created_at, id) where deleted_at is null;
    create index agency_time on agency (tenant_id, created_at, agency_id);
    create index role_order on role (tenant_id, (not is_system), name);

    create index scope_order on scope (tenant_id, name, id);
    create index scope_resource on scope (tenant_id, resource, name, id);
    create index scope_source on scope (tenant_id, source, name, id);

    drop index account_role;
    create index account_role on account (tenant_id, role, created_at, id);
    create index account_active on account (tenant_id, is_active, created_at, id);
    create index account_role_active on account (tenant_id, role, is_active, created_at, id);

    -- What a search of accounts matches; see sql/account_search.sql. It has no tenant_id, because with row-level security Postgres would not
    -- use the index (docs/adr/0018).
    create table account_search (
      account_id text primary key,
      terms integer[] not null
    );
    insert into account_search (account_id, terms)
      select id, array(select distinct hashtext(tenant_id || ' ' || substr(searched, n, 3)) as term
                          from generate_series(1, length(searched) - 2) n order by term)
        from account, lateral (select lower(' ' || id || ' ' || email || coalesce(' ' || (attributes->>'first_name'), '')
                                            || coalesce(' ' || (attributes->>'last_name'), '')) as searched offset 0) text;
    -- Without fastupdate a search has no list of pending entries to read.
    create index account_search_terms on account_search using gin (terms) with (fastupdate = off);

    -- See sql/set_session_ends.sql.
    alter table session add column idle_day date, add column forget_at timestamptz;
    update session set idle_day = (idle_until at time zone 'UTC')::date, forget_at = case when revoked_at is not null then access_until end;
    alter table session alter column idle_day set not null;
    create index session_idle on session (idle_day);
    create index session_newest on session (account_id, created_at, id) where revoked_at is null;
    drop index session_revoked;
    create index session_revoked on session (revoked_at, id, forget_at) where revoked_at is not null;

    drop index api_key_account;
    create index api_key_account on api_key (account_id, tenant_id, revoked_at);

    create index totp_unconfirmed on totp (created_at) where confirmed_at is null;

    drop index audit_log_target;
    create index audit_log_target on audit_log (tenant_id, target_id, created_at, id);`;
}
