import { type CreateTenant as Input, Forbidden, InvalidInput, TenantIdTaken, type TenantItem } from '@skep/contracts';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { Audit } from '../audit/audit.js';
import { readAuthMethods } from './auth-methods.js';
import { HOME, isOfThePlatform } from './platform.js';
import { TenantRepository } from './tenant.repository.js';

@Injectable()
export class CreateTenant {
  constructor(
    private readonly db: Database,
    private readonly tenants: TenantRepository,
    private readonly audit: Audit,
  ) {}

  /** Of `db_config` nothing is kept. @throws Problem `forbidden`, `tenant_id_taken`, `invalid_input` for a parent that is none */
  async run(ctx: Ctx, input: Input): Promise<TenantItem> {
    if (!isOfThePlatform(ctx)) throw Forbidden('Only administrators of the platform may create tenants.');
    const { tenant_id, name, parent_tenant_id: parent } = input;
    const allowed_auth_methods = readAuthMethods(input.allowed_auth_methods);
    return this.db.transaction(async () => {
      if (parent && !(await this.db.inTenant(parent, () => this.tenants.read(parent))))
        throw InvalidInput([{ loc: ['parent_tenant_id'], msg: 'There is no such tenant', type: 'tenant_unknown' }]);
      const tenant = await this.db.inTenant(tenant_id, () => this.tenants.add({ ...input, allowed_auth_methods }));
      if (!tenant) throw TenantIdTaken();
      const deed = { action: 'tenant.created', target_type: 'tenant', target_id: tenant_id, metadata: { name } };
      await this.audit.record(ctx, { tenant_id: ctx.tenant || HOME, ...deed });
      return tenant;
    });
  }
}
