import { PLATFORM_SCOPES } from '@skep/contracts';
import type { CreateScope, ScopeDenial, EffectiveScopes, ListScopes, UpdateScope } from '@skep/contracts/auth';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PLATFORM_TENANT } from '../audit/audit.js';
import type { ScopeEntity } from './scope.entity.js';

const PUBLISH = statement(`
  insert into scope (tenant_id, name, resource, action, display_name, description, source, is_system)
  select '${PLATFORM_TENANT}', s->>'name', s->>'resource', s->>'action', s->>'name', s->>'description', 'platform', true
    from jsonb_array_elements($1) s
  on conflict (tenant_id, name) do update set description = excluded.description, is_system = true
   where (scope.description, scope.is_system) is distinct from (excluded.description, true)`);
const LIST = statement<ScopeEntity>(`
  select * from scope
   where tenant_id in ($1, '${PLATFORM_TENANT}') and ($2::text is null or resource = $2) and ($3::text is null or source = $3)
   order by name, tenant_id`);
const FIND = statement<ScopeEntity>(`select * from scope where id = $2 and tenant_id in ($1, '${PLATFORM_TENANT}')`);
const ADD = statement<ScopeEntity>(`
  insert into scope (tenant_id, name, resource, action, display_name, description, source, source_id)
  select $1, $2, $3, $4, $5, $6, $7, $8
   where not exists (select from scope where tenant_id = '${PLATFORM_TENANT}' and name = $2)
  on conflict do nothing returning *`);
const UPDATE = statement<ScopeEntity>(`
  update scope set display_name = coalesce($2, display_name), description = coalesce($3, description) where id = $1 returning *`);
const REMOVE = statement('delete from scope where id = $1');
const IN_USE = statement(`
  select from role where ($1 = '${PLATFORM_TENANT}' or tenant_id = $1) and $2 = any(default_scopes)
  union all
  select from account where ($1 = '${PLATFORM_TENANT}' or tenant_id = $1) and $2 = any(role_scopes || granted_scopes || denied_scopes || scopes)
  limit 1`);
const EFFECTIVE = statement<Omit<EffectiveScopes, 'denied_history'>>(`
  select id as user_id, id as imperal_id, tenant_id, role, role_scopes, granted_scopes, denied_scopes, scopes as effective_scopes
    from account where tenant_id = $1 and id = $2`);
/** The newest ones that fit into a response. */
const DENIALS = statement<ScopeDenial>(`
  select scopes, denied_by, denied_at from (
    select metadata->'denied' as scopes, actor_id as denied_by, created_at as denied_at, row_number() over newest as ordinal,
           sum(octet_length(metadata->>'denied')) over newest as bytes
      from audit_log where tenant_id = $1 and target_type = 'user' and target_id = $2 and metadata ? 'denied'
    window newest as (order by created_at desc, id desc)) denial
   where ordinal <= 100 and bytes <= 1000000 order by ordinal`);

/** The catalogue of scopes, and the effective scopes of users. */
@Injectable()
export class ScopeRepository implements OnModuleInit {
  constructor(private readonly db: Database) {}

  /** Copies the platform scopes from the contract. Scopes that the contract no longer has stay, because users may have them. */
  async onModuleInit(): Promise<void> {
    const scopes = Object.entries(PLATFORM_SCOPES).map(([name, description]) => ({ name, description, ...splitName(name) }));
    await this.db.inTenant(PLATFORM_TENANT, () => this.db.rows(PUBLISH, [JSON.stringify(scopes)]));
  }

  list({ tenant }: Ctx, { resource, source }: ListScopes): Promise<ScopeEntity[]> {
    return this.db.rows(LIST, [tenant, resource ?? null, source ?? null]);
  }

  /** Finds a scope of the tenant or of the platform. */
  find({ tenant }: Ctx, id: number): Promise<ScopeEntity | undefined> {
    return this.db.row(FIND, [tenant, id]);
  }

  /** Undefined if the tenant or the platform already has this scope. */
  add({ tenant }: Ctx, name: string, { resource, action, display_name, description, source, source_id }: CreateScope) {
    const scopeSource = source ?? (tenant === PLATFORM_TENANT ? 'platform' : 'tenant');
    return this.db.row(ADD, [tenant, name, resource, action, display_name ?? name, description ?? '', scopeSource, source_id ?? null]);
  }

  async update({ scope_id, display_name, description }: UpdateScope): Promise<ScopeEntity> {
    return (await this.db.row(UPDATE, [scope_id, display_name ?? null, description ?? null]))!;
  }

  async remove(id: number): Promise<void> {
    await this.db.rows(REMOVE, [id]);
  }

  /** Whether a role contains the scope, or a user has it, was granted it or denied it. */
  async isInUse({ tenant_id, name }: ScopeEntity): Promise<boolean> {
    const find = () => this.db.row(IN_USE, [tenant_id, name]);
    return (await (tenant_id === PLATFORM_TENANT ? this.db.acrossTenants(find) : find())) !== undefined;
  }

  async findEffective({ tenant }: Ctx, user_id: string): Promise<EffectiveScopes | undefined> {
    const user = await this.db.row(EFFECTIVE, [tenant, user_id]);
    return user && { ...user, denied_history: await this.db.rows(DENIALS, [tenant, user_id]) };
  }
}

/** `admin:users:read` → resource `admin:users`, action `read`. */
function splitName(name: string): { resource: string; action: string } {
  const colon = name.lastIndexOf(':');
  return { resource: name.slice(0, colon), action: name.slice(colon + 1) };
}
