import { Forbidden, InvalidInput } from '@skep/contracts';
import { type CreateTenant as Input, TenantIdTaken, type TenantItem } from '@skep/contracts/auth';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { Audit } from '../audit/audit.js';
import { OPERATOR_TENANT, isOperator } from '../tenant/operator.js';
import { TenantRepository } from '../tenant/tenant.repository.js';
import { parseAuthMethods } from './auth-methods.js';
import { toTenantItem } from './tenant-item.js';

/** Creates a tenant. A trigger adds its system roles. */
@Injectable()
export class CreateTenant {
  constructor(
    private readonly db: Database,
    private readonly tenants: TenantRepository,
    private readonly audit: Audit,
  ) {}

  /** Does not store `db_config`. @throws Problem `forbidden`, `tenant_id_taken`; `invalid_input` for an unknown parent */
  async run(ctx: Ctx, input: Input): Promise<TenantItem> {
    if (!isOperator(ctx)) throw Forbidden('Only administrators of the platform can create tenants.');
    const { tenant_id, name, parent_tenant_id: parent } = input;
    const allowed_auth_methods = parseAuthMethods(input.allowed_auth_methods);
    return this.db.transaction(async () => {
      if (parent && !(await this.db.inTenant(parent, () => this.tenants.find(parent))))
        throw InvalidInput([{ loc: ['parent_tenant_id'], msg: `Tenant ${parent} not found`, type: 'tenant_unknown' }]);
      const tenant = await this.db.inTenant(tenant_id, () => this.tenants.add({ ...input, allowed_auth_methods }));
      if (!tenant) throw TenantIdTaken();
      const entry = { action: 'tenant.created', target_type: 'tenant', target_id: tenant_id, metadata: { name } };
      await this.audit.record(ctx, { tenant_id: ctx.tenant || OPERATOR_TENANT, ...entry });
      return toTenantItem(tenant);
    });
  }
}
