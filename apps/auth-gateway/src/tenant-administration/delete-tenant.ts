import { Forbidden, type Message } from '@skep/contracts';
import { TenantInUse, TenantNotFound, TenantProtected } from '@skep/contracts/auth';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AccountRepository } from '../account/account.repository.js';
import { Audit } from '../audit/audit.js';
import { RevokeSession } from '../session/revoke-session.js';
import { OPERATOR_TENANT, isOperator } from '../tenant/operator.js';
import { TenantRepository } from '../tenant/tenant.repository.js';

/** Deletes a tenant. */
@Injectable()
export class DeleteTenant {
  constructor(
    private readonly db: Database,
    private readonly tenants: TenantRepository,
    private readonly accounts: AccountRepository,
    private readonly revokeSession: RevokeSession,
    private readonly audit: Audit,
  ) {}

  /**
   * Marks a tenant as deleted. Its rows stay, and its id is not used again. A tenant with active users must be suspended first, so that no
   * organisation is locked out by mistake.
   * @throws Problem `forbidden`, `tenant_not_found`, `tenant_protected`, `tenant_in_use`
   */
  async run(ctx: Ctx, tenant_id: string): Promise<Message> {
    if (!isOperator(ctx)) throw Forbidden('Only administrators of the platform can delete tenants.');
    if (tenant_id === OPERATOR_TENANT) throw TenantProtected();
    await this.db.transaction(async () => {
      const tenant = await this.tenants.lock(tenant_id);
      if (!tenant) throw TenantNotFound();
      if (tenant.is_active && (await this.accounts.countActive(tenant_id))) throw TenantInUse();
      await this.tenants.delete(tenant_id);
      await this.revokeSession.allOfTenant(ctx, tenant_id);
      const entry = { action: 'tenant.deleted', target_type: 'tenant', target_id: tenant_id };
      await this.audit.record(ctx, { tenant_id: ctx.tenant || OPERATOR_TENANT, ...entry });
    });
    return { message: 'The tenant was deleted.' };
  }
}
