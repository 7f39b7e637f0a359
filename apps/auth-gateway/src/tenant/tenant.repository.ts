import type { Page } from '@skep/contracts';
import type { CreateTenant } from '@skep/contracts/auth';
import { Database, defineList, type Paging, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { TenantEntity } from './tenant.entity.js';

/** New values of a tenant's fields; undefined keeps a field. */
export interface TenantChanges {
  name: string | undefined;
  allowed_auth_methods: string | undefined;
  max_connections: number | undefined;
  features: Record<string, unknown> | undefined;
  is_active: boolean | undefined;
}

const ADD = statement(
  `insert into tenant (id, name, allowed_auth_methods, max_connections, features, parent_tenant_id)
   values (:tenant_id, :name, :allowed_auth_methods, :max_connections, :features, :parent_tenant_id)
   on conflict (id) do nothing returning *`,
  TenantEntity,
);
const LOCK = statement('select * from tenant where id = :id and deleted_at is null for no key update', TenantEntity);
const UPDATE = statement(
  `update tenant set name = coalesce(:name, name), allowed_auth_methods = coalesce(:allowed_auth_methods, allowed_auth_methods),
          max_connections = coalesce(:max_connections, max_connections), features = coalesce(:features, features),
          is_active = coalesce(:is_active, is_active), updated_at = now()
    where id = :id returning *`,
  TenantEntity,
);
const DELETE = statement('update tenant set is_active = false, deleted_at = now(), updated_at = now() where id = :id');
const ALLOWS_NEW_SESSIONS = statement('select from tenant where id = :id and is_active for share');
const TENANTS = defineList(
  {
    select: '*',
    from: 'tenant',
    // The index tenant_time.
    orders: {
      oldest: [
        ['created_at', 'timestamptz', 'asc'],
        ['id', 'text', 'asc'],
      ],
    },
  },
  TenantEntity,
);

@Injectable()
export class TenantRepository {
  constructor(private readonly db: Database) {}

  /** Undefined if the id is taken, also by a deleted tenant. */
  add({ parent_tenant_id, ...tenant }: CreateTenant): Promise<TenantEntity | undefined> {
    return this.db.row(ADD, { ...tenant, parent_tenant_id });
  }

  /** All tenants, or only one, oldest first. */
  list(paging: Paging, only?: string): Promise<Page<TenantEntity>> {
    const where = ['deleted_at is null', only !== undefined && 'id = :only'];
    return this.db.page(TENANTS, { order: 'oldest', where, values: { only } }, paging);
  }

  find(id: string): Promise<TenantEntity | null> {
    return this.db.repository(TenantEntity).findOneBy({ id, deleted_at: IsNull() });
  }

  /** Whether the tenant exists or existed. */
  isKnown(id: string): Promise<boolean> {
    return this.db.repository(TenantEntity).existsBy({ id });
  }

  /** Locks the tenant until the transaction ends: no session of the tenant is created meanwhile. */
  lock(id: string): Promise<TenantEntity | undefined> {
    return this.db.row(LOCK, { id });
  }

  async update(id: string, changes: TenantChanges): Promise<TenantEntity> {
    return (await this.db.row(UPDATE, { ...changes, id }))!;
  }

  /** Marks the tenant as deleted. */
  async delete(id: string): Promise<void> {
    await this.db.rows(DELETE, { id });
  }

  /**
   * Whether the tenant is active. Locks it until the transaction ends: a concurrent suspension then revokes the session that this
   * transaction creates.
   */
  async allowsNewSessions(id: string): Promise<boolean> {
    return (await this.db.row(ALLOWS_NEW_SESSIONS, { id })) !== undefined;
  }
}
