import {
  type CreateScope,
  type ScopeDenial,
  type EffectiveScopes,
  type ListScopes,
  PLATFORM_SCOPES,
  type UpdateScope,
} from '@skep/contracts';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PLATFORM } from '../audit/audit.js';
import type { ScopeEntity } from './scope.entity.js';

const PUBLISH = statement(`
  insert into scope (tenant_id, name, resource, action, display_name, description, source, is_system)
  select '${PLATFORM}', s->>'name', s->>'resource', s->>'action', s->>'name', s->>'description', 'platform', true
    from jsonb_array_elements($1) s
  on conflict (tenant_id, name) do update set description = excluded.description, is_system = true
   where (scope.description, scope.is_system) is distinct from (excluded.description, true)`);
const LIST = statement<ScopeEntity>(`
  select * from scope
   where tenant_id in ($1, '${PLATFORM}') and ($2::text is null or resource = $2) and ($3::text is null or source = $3)
   order by name, tenant_id`);
const FIND = statement<ScopeEntity>(`select * from scope where id = $2 and tenant_id in ($1, '${PLATFORM}')`);
const ADD = statement<ScopeEntity>(`
  insert into scope (tenant_id, name, resource, action, display_name, description, source, source_id)
  select $1, $2, $3, $4, $5, $6, $7, $8
   where not exists (select from scope where tenant_id = '${PLATFORM}' and name = $2)
  on conflict do nothing returning *`);
const DESCRIBE = statement<ScopeEntity>(`
  update scope set display_name = coalesce($2, display_name), description = coalesce($3, description) where id = $1 returning *`);
const REMOVE = statement('delete from scope where id = $1');
const IN_USE = statement(`
  select from role where ($1 = '${PLATFORM}' or tenant_id = $1) and $2 = any(default_scopes)
  union all
  select from account where ($1 = '${PLATFORM}' or tenant_id = $1) and $2 = any(role_scopes || granted_scopes || denied_scopes || scopes)
  limit 1`);
const EFFECTIVE = statement<Omit<EffectiveScopes, 'denied_history'>>(`
  select id as user_id, id as imperal_id, tenant_id, role, role_scopes, granted_scopes, denied_scopes, scopes as effective_scopes
    from account where tenant_id = $1 and id = $2`);
/** As many as fit into one answer. */
const DENIALS = statement<ScopeDenial>(`
  select scopes, denied_by, denied_at from (
    select metadata->'denied' as scopes, actor_id as denied_by, created_at as denied_at, row_number() over newest as nth,
           sum(octet_length(metadata->>'denied')) over newest as bytes
      from audit_log where tenant_id = $1 and target_type = 'user' and target_id = $2 and metadata ? 'denied'
    window newest as (order by created_at desc, id desc)) denial
   where nth <= 100 and bytes <= 1000000 order by nth`);

@Injectable()
export class ScopeRepository implements OnModuleInit {
  constructor(private readonly db: Database) {}

  /** The platform's own scopes are those of the contract. One that is no longer there stays: somebody may have it. */
  async onModuleInit(): Promise<void> {
    const scopes = Object.entries(PLATFORM_SCOPES).map(([name, description]) => ({ name, description, ...partsOf(name) }));
    await this.db.inTenant(PLATFORM, () => this.db.rows(PUBLISH, [JSON.stringify(scopes)]));
  }

  list({ tenant }: Ctx, { resource, source }: ListScopes): Promise<ScopeEntity[]> {
    return this.db.rows(LIST, [tenant, resource ?? null, source ?? null]);
  }

  /** One of the tenant's or of the platform's. */
  find({ tenant }: Ctx, id: number): Promise<ScopeEntity | undefined> {
    return this.db.row(FIND, [tenant, id]);
  }

  /** Undefined where the tenant or the platform has it already. */
  add({ tenant }: Ctx, name: string, { resource, action, display_name, description, source, source_id }: CreateScope) {
    const from = source ?? (tenant === PLATFORM ? 'platform' : 'tenant');
    return this.db.row(ADD, [tenant, name, resource, action, display_name ?? name, description ?? '', from, source_id ?? null]);
  }

  async describe({ scope_id, display_name, description }: UpdateScope): Promise<ScopeEntity> {
    return (await this.db.row(DESCRIBE, [scope_id, display_name ?? null, description ?? null]))!;
  }

  async remove(id: number): Promise<void> {
    await this.db.rows(REMOVE, [id]);
  }

  /** Does a role give it by this name, or has it been granted to somebody or denied to them? */
  async isInUse({ tenant_id, name }: ScopeEntity): Promise<boolean> {
    const look = () => this.db.row(IN_USE, [tenant_id, name]);
    return (await (tenant_id === PLATFORM ? this.db.acrossTenants(look) : look())) !== undefined;
  }

  async effective({ tenant }: Ctx, user_id: string): Promise<EffectiveScopes | undefined> {
    const person = await this.db.row(EFFECTIVE, [tenant, user_id]);
    return person && { ...person, denied_history: await this.db.rows(DENIALS, [tenant, user_id]) };
  }
}

/** `admin:users:read` is `read` of `admin:users`. */
function partsOf(name: string): { resource: string; action: string } {
  const colon = name.lastIndexOf(':');
  return { resource: name.slice(0, colon), action: name.slice(colon + 1) };
}
