import { type Page, PLATFORM_SCOPES } from '@skep/contracts';
import { type CreateScope, type EffectiveScopes, type ListScopes, ScopeDenial, type UpdateScope } from '@skep/contracts/auth';
import { type Ctx, Database, defineList, statement } from '@skep/platform';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { In } from 'typeorm';
import { AccountEntity } from '../account/account.entity.js';
import { PLATFORM_TENANT } from '../tenant/operator.js';
import { ScopeEntity } from './scope.entity.js';

const LOCK_ACCESS = statement('select pg_advisory_xact_lock(hashtextextended(:name, 0))');
const PUBLISH = statement(`
  insert into scope (tenant_id, name, resource, action, display_name, description, source, is_system)
  select '${PLATFORM_TENANT}', s->>'name', s->>'resource', s->>'action', s->>'name', s->>'description', 'platform', true
    from jsonb_array_elements(:scopes) s
  on conflict (tenant_id, name) do update set description = excluded.description, is_system = true
   where (scope.description, scope.is_system) is distinct from (excluded.description, true)`);
const ADD = statement(
  `insert into scope (tenant_id, name, resource, action, display_name, description, source, source_id)
   select :tenant, :name, :resource, :action, :display_name, :description, :source, :source_id
    where not exists (select from scope where tenant_id = '${PLATFORM_TENANT}' and name = :name)
   on conflict do nothing returning *`,
  ScopeEntity,
);
const UPDATE = statement(
  `update scope set display_name = coalesce(:display_name, display_name), description = coalesce(:description, description)
    where id = :scope_id returning *`,
  ScopeEntity,
);
const IN_USE = statement(`
  select from role where (:tenant_id = '${PLATFORM_TENANT}' or tenant_id = :tenant_id) and :name = any(default_scopes)
  union all
  select from account
   where (:tenant_id = '${PLATFORM_TENANT}' or tenant_id = :tenant_id) and :name = any(role_scopes || granted_scopes || denied_scopes || scopes)
  limit 1`);
const scopesOf = (condition: string) => `(select * from scope where ${condition} order by name, id)`;
/** The scopes of the tenant and of the platform. Postgres merges them, because each part has the order of the list. */
const SCOPES = defineList(
  {
    select: '*',
    from: `(${scopesOf(`tenant_id = :tenant and tenant_id <> '${PLATFORM_TENANT}'`)} union all ${scopesOf(`tenant_id = '${PLATFORM_TENANT}'`)}) scope`,
    // With the tenant, and with resource or source, the indexes scope_order, scope_resource and scope_source.
    orders: {
      name: [
        ['name', 'text', 'asc'],
        ['id', 'bigint', 'asc'],
      ],
    },
  },
  ScopeEntity,
);
/** The newest ones that fit into a response. */
const DENIALS = statement(
  `select scopes, denied_by, denied_at from (
     select metadata->'denied' as scopes, actor_id as denied_by, created_at as denied_at, row_number() over newest as ordinal,
            sum(octet_length(metadata->>'denied')) over newest as bytes
       from audit_log where tenant_id = :tenant and target_type = 'user' and target_id = :user_id and metadata ? 'denied'
     window newest as (order by created_at desc, id desc)) denial
    where ordinal <= 100 and bytes <= 1000000 order by ordinal`,
  ScopeDenial,
);

/** The catalogue of scopes, and the effective scopes of users. */
@Injectable()
export class ScopeRepository implements OnModuleInit {
  constructor(private readonly db: Database) {}

  /** Copies the platform scopes from the contract. Scopes that the contract no longer has stay, because users may have them. */
  async onModuleInit(): Promise<void> {
    const scopes = Object.entries(PLATFORM_SCOPES).map(([name, description]) => ({ name, description, ...splitName(name) }));
    await this.db.inTenant(PLATFORM_TENANT, () => this.db.rows(PUBLISH, { scopes: JSON.stringify(scopes) }));
  }

  /** Serializes changes of users' rights in a tenant: holds an advisory lock until the transaction ends. */
  async lockAccess({ tenant }: Ctx): Promise<void> {
    await this.db.rows(LOCK_ACCESS, { name: `access rights of tenant ${tenant}` });
  }

  /** The scopes of the tenant and of the platform, by name. */
  list({ tenant }: Ctx, { resource, source, ...paging }: ListScopes): Promise<Page<ScopeEntity>> {
    const given = [resource !== undefined && 'resource = :resource', source && 'source = :source'].filter(Boolean);
    const selection = { where: given.slice(0, 1), filters: given.slice(1), values: { tenant, resource, source } };
    return this.db.page(SCOPES, { order: 'name', ...selection }, paging);
  }

  /** Finds a scope of the tenant or of the platform. */
  find({ tenant }: Ctx, id: number): Promise<ScopeEntity | null> {
    return this.db.repository(ScopeEntity).findOneBy({ id, tenant_id: In([tenant, PLATFORM_TENANT]) });
  }

  /** Undefined if the tenant or the platform already has this scope. */
  add({ tenant }: Ctx, name: string, scope: CreateScope): Promise<ScopeEntity | undefined> {
    const { display_name = name, description = '', source_id } = scope;
    const source = scope.source ?? (tenant === PLATFORM_TENANT ? 'platform' : 'tenant');
    return this.db.row(ADD, { ...scope, tenant, name, display_name, description, source, source_id });
  }

  async update({ scope_id, display_name, description }: UpdateScope): Promise<ScopeEntity> {
    return (await this.db.row(UPDATE, { scope_id, display_name, description }))!;
  }

  async remove(id: number): Promise<void> {
    await this.db.repository(ScopeEntity).delete({ id });
  }

  /** Whether a role contains the scope, or a user has it, was granted it or denied it. */
  async isInUse({ tenant_id, name }: ScopeEntity): Promise<boolean> {
    const find = () => this.db.row(IN_USE, { tenant_id, name });
    return (await (tenant_id === PLATFORM_TENANT ? this.db.acrossTenants(find) : find())) !== undefined;
  }

  async findEffective({ tenant }: Ctx, user_id: string): Promise<EffectiveScopes | undefined> {
    const account = await this.db.repository(AccountEntity).findOneBy({ tenant_id: tenant, id: user_id });
    if (!account) return undefined;
    const { role, role_scopes, granted_scopes, denied_scopes, scopes: effective_scopes } = account;
    const denied_history = await this.db.rows(DENIALS, { tenant, user_id });
    const user = { user_id, imperal_id: user_id, tenant_id: tenant, role };
    return { ...user, role_scopes, granted_scopes, denied_scopes, effective_scopes, denied_history };
  }
}

/** `admin:users:read` → resource `admin:users`, action `read`. */
function splitName(name: string): { resource: string; action: string } {
  const colon = name.lastIndexOf(':');
  return { resource: name.slice(0, colon), action: name.slice(colon + 1) };
}
