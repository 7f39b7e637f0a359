import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Roles by tenant, the catalogue of scopes, and what a person may do as what the role gave, what was granted and what was denied. */
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
      drop function account_scopes, tenant_roles, add_system_roles, effective_scopes, scopes_cover, scope_covers;
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

  -- A wall of its own: what belongs to the platform is seen by every tenant.
  alter table scope enable row level security, force row level security;
  create policy tenant_isolation on scope using (nullif(current_setting('skep.tenant', true), '') in (tenant_id, '*'));
  create policy platform_seen on scope for select using (tenant_id = '_platform_');`;

/** The same rule as in scope/scopes.ts; a test compares the two. */
const RULES = `
  create function scope_covers(held text, wanted text) returns boolean language sql immutable strict parallel safe as $$
    select h = '*' or h = w or (right(h, 2) = ':*' and starts_with(w, left(h, -1)))
      from (select replace(held, '.', ':') as h, replace(wanted, '.', ':') as w) plain
  $$;

  create function scopes_cover(held text[], wanted text[]) returns boolean language sql immutable strict parallel safe as $$
    select not exists (
      select from unnest(wanted) w where not exists (select from unnest(held) h where scope_covers(h, w)))
  $$;

  -- A denial takes every scope that it covers, but for a narrower one that was granted by name. Where it lies within a scope that
  -- somebody has, such as billing:read within billing:*, they keep what the catalogue knows of the rest.
  create function effective_scopes(tenant text, role_scopes text[], granted text[], denied text[]) returns text[] language sql stable as $$
    with held as (
      select scope, false as by_name from unnest(role_scopes) scope union select scope, true from unnest(granted) scope
    ), kept as (
      select scope, exists (select from unnest(denied) d where scope_covers(scope, d)) as in_part
        from held
       where not exists (select from unnest(denied) d where scope_covers(d, scope) and (scope_covers(scope, d) or not by_name))
    )
    select coalesce(array_agg(distinct scope order by scope), '{}') from (
      select scope from kept where not in_part
      union all
      select c.name from kept join scope c on c.tenant_id in (tenant, '_platform_') and scope_covers(kept.scope, c.name)
       where in_part and not exists (select from unnest(denied) d where scope_covers(d, c.name) and not scope_covers(d, kept.scope))
    ) effective
  $$;`;

const SYSTEM_ROLES = `
  -- Anybody may become a developer: what one may do as one, the developer portal decides.
  create function add_system_roles(tenant text) returns void language sql as $$
    with usual as (
      select array['actions:read', 'ai:complete', 'automations:*', 'billing:read', 'billing:write', 'chat:use', 'coding_remote:*',
        'connections:use', 'connectors:use', 'developer:*', 'events:subscribe', 'extensions:*', 'marketplace:*', 'memory:*',
        'notifications:*', 'notify:push', 'storage:*', 'store:*', 'voice:use'] as scopes
    )
    insert into role (id, tenant_id, name, display_name, default_scopes, is_system)
    select 'role_' || left(replace(gen_random_uuid()::text, '-', ''), 20), tenant, name, display_name, default_scopes, true
      from usual, lateral (values
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

  -- Whoever adds a tenant is within the wall of another one, or of none.
  create function tenant_roles() returns trigger language plpgsql as $$
  declare
    present text := coalesce(current_setting('skep.tenant', true), '');
  begin
    perform set_config('skep.tenant', new.id, true);
    perform add_system_roles(new.id);
    perform set_config('skep.tenant', present, true);
    return null;
  end $$;
  create trigger tenant_roles after insert on tenant for each row execute function tenant_roles();
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
    from account same left join role r on r.tenant_id = same.tenant_id and r.name = same.role
   where same.id = a.id;

  create function account_scopes() returns trigger language plpgsql as $$
  begin
    new.scopes := effective_scopes(new.tenant_id, new.role_scopes, new.granted_scopes, new.denied_scopes);
    return new;
  end $$;
  create trigger account_scopes before insert or update of role_scopes, granted_scopes, denied_scopes on account
    for each row execute function account_scopes();`;
