import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Roles per tenant, the catalogue of scopes, and users' scopes computed from their role, grants and denials. */
export class RolesAndScopes1763769600221 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(RULES);
    await runner.query(SYSTEM_ROLES);
    await runner.query(ACCOUNTS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop trigger account_scopes on account;
      drop trigger tenant_roles on tenant;
      alter table account drop role_scopes, drop granted_scopes, drop denied_scopes;
      drop function set_account_scopes, add_tenant_roles, add_system_roles, effective_scopes, scopes_cover, scope_covers;
      drop index account_role, account_time;
      drop table role, scope;`);
  }
}

const TABLES = `
  create table role (
    id text primary key,
    tenant_id text not null,
    name text not null,
    display_name text not null,
    default_scopes text[] not null,
    default_attributes jsonb not null default '{}',
    default_extensions text[] not null default '{}',
    confirmation_policy text not null default 'default_off',
    max_concurrent_tasks integer not null default 3,
    monthly_action_limit integer not null default 500,
    context_window integer not null default 20,
    is_system boolean not null default false,
    created_at timestamptz not null default now()
  );
  create unique index role_name on role (tenant_id, name);

  create table scope (
    id bigint generated always as identity primary key,
    tenant_id text not null,
    name text not null,
    resource text not null,
    action text not null,
    display_name text not null,
    description text not null,
    source text not null,
    source_id text,
    is_system boolean not null default false,
    created_at timestamptz not null default now()
  );
  create unique index scope_name on scope (tenant_id, name);

  -- Policies of its own, because every tenant sees the platform's scopes.
  alter table scope enable row level security, force row level security;
  create policy tenant_isolation on scope using (nullif(current_setting('skep.tenant', true), '') in (tenant_id, '*'));
  create policy platform_scopes_visible on scope for select using (tenant_id = '_platform_');`;

/** `scope_covers` is the same rule as `includesScope` of the contracts; a test compares the two. */
const RULES = `
  create function scope_covers(held text, wanted text) returns boolean language sql immutable strict parallel safe as $$
    select h = '*' or h = w or (right(h, 2) = ':*' and starts_with(w, left(h, -1)))
      from (select replace(held, '.', ':') as h, replace(wanted, '.', ':') as w) plain
  $$;

  create function scopes_cover(held text[], wanted text[]) returns boolean language sql immutable strict parallel safe as $$
    select not exists (
      select from unnest(wanted) w where not exists (select from unnest(held) h where scope_covers(h, w)))
  $$;

  -- A denial removes every scope that it covers, except narrower scopes that were granted by name. If it covers only a part of a scope,
  -- such as billing:read of billing:*, the scope is replaced by the scopes of the catalogue that it covers and the denial does not.
  create function effective_scopes(tenant text, role_scopes text[], granted text[], denied text[]) returns text[] language sql stable as $$
    with held as (
      select scope, false as by_name from unnest(role_scopes) scope union select scope, true from unnest(granted) scope
    ), kept as (
      select scope, exists (select from unnest(denied) d where scope_covers(scope, d)) as partly_denied
        from held
       where not exists (select from unnest(denied) d where scope_covers(d, scope) and (scope_covers(scope, d) or not by_name))
    )
    select coalesce(array_agg(distinct scope order by scope), '{}') from (
      select scope from kept where not partly_denied
      union all
      select c.name from kept join scope c on c.tenant_id in (tenant, '_platform_') and scope_covers(kept.scope, c.name)
       where partly_denied and not exists (select from unnest(denied) d where scope_covers(d, c.name) and not scope_covers(d, kept.scope))
    ) effective
  $$;`;

const SYSTEM_ROLES = `
  -- Every user can become a developer: the developer portal decides what they can do.
  create function add_system_roles(tenant text) returns void language sql as $$
    with common as (
      select array['actions:read', 'ai:complete', 'automations:*', 'billing:read', 'billing:write', 'chat:use', 'coding_remote:*',
        'connections:use', 'connectors:use', 'developer:*', 'events:subscribe', 'extensions:*', 'marketplace:*', 'memory:*',
        'notifications:*', 'notify:push', 'storage:*', 'store:*', 'voice:use'] as scopes
    )
    insert into role (id, tenant_id, name, display_name, default_scopes, is_system)
    select 'role_' || left(replace(gen_random_uuid()::text, '-', ''), 20), tenant, name, display_name, default_scopes, true
      from common, lateral (values
        ('admin', 'Administrator', array['*']),
        ('developer', 'Developer', scopes || array['config:read']),
        ('user', 'User', scopes),
        ('viewer', 'Viewer', array['actions:read', 'automations:read', 'billing:read', 'coding_remote:read', 'developer:apps:read',
          'developer:earnings:read', 'developer:payouts:read', 'developer:pricing:read', 'developer:profile:read',
          'developer:secrets:read', 'developer:skeleton:read', 'events:subscribe', 'extensions:read', 'marketplace:read', 'memory:read',
          'notifications:read', 'storage:read', 'store:read'])
      ) as r (name, display_name, default_scopes)
    on conflict do nothing
  $$;

  -- Switches the tenant scope, because a tenant is added in the scope of another tenant or of none.
  create function add_tenant_roles() returns trigger language plpgsql as $$
  declare
    current_tenant text := coalesce(current_setting('skep.tenant', true), '');
  begin
    perform set_config('skep.tenant', new.id, true);
    perform add_system_roles(new.id);
    perform set_config('skep.tenant', current_tenant, true);
    return null;
  end $$;
  create trigger tenant_roles after insert on tenant for each row execute function add_tenant_roles();
  select add_system_roles(id) from tenant;`;

const ACCOUNTS = `
  alter table account
    add role_scopes text[] not null default '{}',
    add granted_scopes text[] not null default '{}',
    add denied_scopes text[] not null default '{}';
  create index account_role on account (tenant_id, role);
  create index account_time on account (tenant_id, created_at, id);

  update account a
     set role_scopes = coalesce(r.default_scopes, a.scopes),
         granted_scopes = array(select s from unnest(a.scopes) s where not scopes_cover(coalesce(r.default_scopes, a.scopes), array[s])),
         denied_scopes = array(select s from unnest(r.default_scopes) s where not scopes_cover(a.scopes, array[s]))
    from account current left join role r on r.tenant_id = current.tenant_id and r.name = current.role
   where current.id = a.id;

  create function set_account_scopes() returns trigger language plpgsql as $$
  begin
    new.scopes := effective_scopes(new.tenant_id, new.role_scopes, new.granted_scopes, new.denied_scopes);
    return new;
  end $$;
  create trigger account_scopes before insert or update of role_scopes, granted_scopes, denied_scopes on account
    for each row execute function set_account_scopes();`;
