import type { Page } from '@skep/contracts';
import type { CreateTenant, ListTenants, TenantItem, UpdateTenant } from '@skep/contracts/auth';
import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';

/** New values of a tenant's fields; undefined keeps a field. */
export type TenantChanges = Pick<UpdateTenant, 'name' | 'allowed_auth_methods' | 'max_connections' | 'features' | 'is_active'>;

const ITEM = `id, id as tenant_id, name, 'postgres' as db_backend, 'row' as isolation, allowed_auth_methods, max_connections, features, is_active,
  created_at, updated_at, parent_tenant_id, false as can_resell, '{}'::jsonb as custom_pricing, '{}'::jsonb as ui_config`;
const ADD = statement<TenantItem>(`
  insert into tenant (id, name, allowed_auth_methods, max_connections, features, parent_tenant_id) values ($1, $2, $3, $4, $5, $6)
  on conflict (id) do nothing returning ${ITEM}`);
const LIST = statement<TenantItem>(`select ${ITEM} from tenant where deleted_at is null order by created_at, id limit $1 offset $2`);
const COUNT = statement<{ total: number }>('select count(*) as total from tenant where deleted_at is null');
const FIND_BY_ID = `select ${ITEM} from tenant where id = $1 and deleted_at is null`;
const FIND = statement<TenantItem>(FIND_BY_ID);
const LOCK = statement<TenantItem>(`${FIND_BY_ID} for no key update`);
const UPDATE = statement<TenantItem>(`
  update tenant set name = coalesce($2, name), allowed_auth_methods = coalesce($3, allowed_auth_methods), updated_at = now(),
         max_connections = coalesce($4, max_connections), features = coalesce($5, features), is_active = coalesce($6, is_active)
   where id = $1 returning ${ITEM}`);
const DELETE = statement(`update tenant set is_active = false, deleted_at = now(), updated_at = now() where id = $1`);
const COUNT_ACTIVE_USERS = statement<{ users: number }>('select count(*) as users from account where tenant_id = $1 and is_active');
const ALLOWS_NEW_SESSIONS = statement('select from tenant where id = $1 and is_active for share');

@Injectable()
export class TenantRepository {
  constructor(private readonly db: Database) {}

  /** Undefined if the id is taken, also by a deleted tenant. */
  add({ tenant_id, name, allowed_auth_methods, max_connections, features, parent_tenant_id }: CreateTenant) {
    return this.db.row(ADD, [tenant_id, name, allowed_auth_methods, max_connections, features, parent_tenant_id ?? null]);
  }

  /** The tenants in the current tenant scope. */
  async list({ limit, offset }: ListTenants): Promise<Page<TenantItem>> {
    const [rows, counted] = await Promise.all([this.db.rows(LIST, [limit, offset]), this.db.row(COUNT)]);
    return { rows, total: counted!.total };
  }

  find(tenant_id: string): Promise<TenantItem | undefined> {
    return this.db.row(FIND, [tenant_id]);
  }

  /** Locks the tenant until the transaction ends: no session of the tenant is created meanwhile. */
  lock(tenant_id: string): Promise<TenantItem | undefined> {
    return this.db.row(LOCK, [tenant_id]);
  }

  async update(
    tenant_id: string,
    { name, allowed_auth_methods, max_connections, features, is_active }: TenantChanges,
  ): Promise<TenantItem> {
    const values = [name, allowed_auth_methods, max_connections, features, is_active].map((value) => value ?? null);
    return (await this.db.row(UPDATE, [tenant_id, ...values]))!;
  }

  async delete(tenant_id: string): Promise<void> {
    await this.db.rows(DELETE, [tenant_id]);
  }

  async countActiveUsers(tenant_id: string): Promise<number> {
    return (await this.db.row(COUNT_ACTIVE_USERS, [tenant_id]))!.users;
  }

  /**
   * Whether the tenant is active. Locks it until the transaction ends: a concurrent suspension then revokes the session that this
   * transaction creates.
   */
  async allowsNewSessions(tenant_id: string): Promise<boolean> {
    return (await this.db.row(ALLOWS_NEW_SESSIONS, [tenant_id])) !== undefined;
  }
}
