import { Forbidden } from '@skep/contracts';
import { type TenantItem, TenantNotFound, TenantProtected, type UpdateTenant as Input } from '@skep/contracts/auth';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { Audit } from '../audit/audit.js';
import { RevokeSession } from '../session/revoke-session.js';
import { OPERATOR_TENANT, isOperator } from '../tenant/operator.js';
import type { TenantEntity } from '../tenant/tenant.entity.js';
import { type TenantChanges, TenantRepository } from '../tenant/tenant.repository.js';
import { parseAuthMethods } from './auth-methods.js';
import { toTenantItem } from './tenant-item.js';

/** Fields that a tenant's own administrators cannot change. */
const OPERATOR_ONLY_FIELDS = ['max_connections', 'features', 'is_active'] as const;

/** Changes, suspends or restores a tenant. */
@Injectable()
export class UpdateTenant {
  constructor(
    private readonly db: Database,
    private readonly tenants: TenantRepository,
    private readonly revokeSession: RevokeSession,
    private readonly audit: Audit,
  ) {}

  /** Suspending a tenant revokes all its sessions. @throws Problem `tenant_not_found`, `tenant_protected`, `forbidden` */
  async run(ctx: Ctx, { tenant_id, name, allowed_auth_methods, max_connections, features, is_active }: Input): Promise<TenantItem> {
    const methods = allowed_auth_methods && parseAuthMethods(allowed_auth_methods);
    const changes: TenantChanges = { name, allowed_auth_methods: methods, max_connections, features, is_active };
    const forbiddenField = OPERATOR_ONLY_FIELDS.find((field) => changes[field] !== undefined);
    if (forbiddenField && !isOperator(ctx)) throw Forbidden(`Only administrators of the platform can change ${forbiddenField}.`);
    if (is_active === false && tenant_id === OPERATOR_TENANT) throw TenantProtected();
    return this.db.transaction(async () => {
      const before = await this.tenants.lock(tenant_id);
      if (!before) throw TenantNotFound();
      const after = await this.tenants.update(tenant_id, changes);
      const isSuspended = before.is_active && !after.is_active;
      const metadata = isSuspended ? { sessions_ended: await this.revokeSession.allOfTenant(ctx, tenant_id) } : undefined;
      const diff = diffFields(before, after, Object.keys(changes) as (keyof TenantChanges)[]);
      const entry = { action: 'tenant.updated', target_type: 'tenant', target_id: tenant_id, changes: diff, metadata };
      await this.audit.record(ctx, { tenant_id: ctx.tenant || OPERATOR_TENANT, ...entry });
      return toTenantItem(after);
    });
  }
}

const diffFields = (before: TenantEntity, after: TenantEntity, fields: (keyof TenantChanges)[]) =>
  Object.fromEntries(
    fields
      .filter((field) => !isDeepStrictEqual(before[field], after[field]))
      .map((field) => [field, { from: before[field], to: after[field] }]),
  );
