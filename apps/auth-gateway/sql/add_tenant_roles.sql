-- Adds the system roles that the tenant does not have yet.
-- Every user can become a developer: the developer portal decides what they can do.
create or replace function add_system_roles(tenant text) returns void language sql as $$
  with common as (
    select array['actions:read', 'agent:use', 'ai:complete', 'automations:*', 'billing:read', 'billing:write', 'chat:use', 'coach:use', 'coding_remote:*',
      'connections:use', 'connectors:use', 'developer:*', 'events:subscribe', 'extensions:*', 'marketplace:*', 'mcp:tools', 'memory:*',
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

-- Gives a new tenant its system roles. Switches the tenant scope, because a tenant is added in the scope of another tenant or of none.
create or replace function add_tenant_roles() returns trigger language plpgsql as $$
declare
  current_tenant text := coalesce(current_setting('skep.tenant', true), '');
begin
  perform set_config('skep.tenant', new.id, true);
  perform add_system_roles(new.id);
  perform set_config('skep.tenant', current_tenant, true);
  return null;
end $$;

create or replace trigger tenant_roles after insert on tenant for each row execute function add_tenant_roles();

-- The tenants that exist already: the default tenant of a new database and, if this file gets a new system role, all others.
select add_system_roles(id) from tenant;
