import { Forbidden, type TenantItem, TenantNotFound, TenantProtected, type UpdateTenant as Input } from '@skep/contracts';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { Audit } from '../audit/audit.js';
import { EndSession } from '../session/end-session.js';
import { readAuthMethods } from './auth-methods.js';
import { HOME, isOfThePlatform } from './platform.js';
import { type TenantChanges, TenantRepository } from './tenant.repository.js';

/** What a tenant may not decide for itself. */
const THE_PLATFORMS = ['max_connections', 'features', 'is_active'] as const;

@Injectable()
export class UpdateTenant {
  constructor(
    private readonly db: Database,
    private readonly tenants: TenantRepository,
    private readonly endSession: EndSession,
    private readonly audit: Audit,
  ) {}

  /** A tenant that is suspended loses all its sessions with it. @throws Problem `tenant_not_found`, `tenant_protected`, `forbidden` */
  async run(ctx: Ctx, { tenant_id, name, allowed_auth_methods, max_connections, features, is_active }: Input): Promise<TenantItem> {
    const methods = allowed_auth_methods && readAuthMethods(allowed_auth_methods);
    const wanted: TenantChanges = { name, allowed_auth_methods: methods, max_connections, features, is_active };
    const foreign = THE_PLATFORMS.find((field) => wanted[field] !== undefined);
    if (foreign && !isOfThePlatform(ctx)) throw Forbidden(`Only administrators of the platform may change ${foreign}.`);
    if (is_active === false && tenant_id === HOME) throw TenantProtected();
    return this.db.transaction(async () => {
      const before = await this.tenants.lock(tenant_id);
      if (!before) throw TenantNotFound();
      const after = await this.tenants.change(tenant_id, wanted);
      const suspended = before.is_active && !after.is_active;
      const metadata = suspended ? { sessions_ended: await this.endSession.ofTenant(ctx, tenant_id) } : undefined;
      const changes = changesOf(before, after, Object.keys(wanted) as (keyof TenantChanges)[]);
      const deed = { action: 'tenant.updated', target_type: 'tenant', target_id: tenant_id, changes, metadata };
      await this.audit.record(ctx, { tenant_id: ctx.tenant || HOME, ...deed });
      return after;
    });
  }
}

const changesOf = (before: TenantItem, after: TenantItem, fields: (keyof TenantChanges)[]) =>
  Object.fromEntries(
    fields
      .filter((field) => !isDeepStrictEqual(before[field], after[field]))
      .map((field) => [field, { from: before[field], to: after[field] }]),
  );
