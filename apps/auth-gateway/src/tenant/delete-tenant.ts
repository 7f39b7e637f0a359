import { Forbidden, type Message, TenantInUse, TenantNotFound, TenantProtected } from '@skep/contracts';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { Audit } from '../audit/audit.js';
import { EndSession } from '../session/end-session.js';
import { HOME, isOfThePlatform } from './platform.js';
import { TenantRepository } from './tenant.repository.js';

@Injectable()
export class DeleteTenant {
  constructor(
    private readonly db: Database,
    private readonly tenants: TenantRepository,
    private readonly endSession: EndSession,
    private readonly audit: Audit,
  ) {}

  /**
   * Its rows stay and nobody comes to them any more; the id is not given again. One in which people are active must be suspended
   * first, so that nobody locks an organisation out by a slip.
   * @throws Problem `forbidden`, `tenant_not_found`, `tenant_protected`, `tenant_in_use`
   */
  async run(ctx: Ctx, tenant_id: string): Promise<Message> {
    if (!isOfThePlatform(ctx)) throw Forbidden('Only administrators of the platform may delete tenants.');
    if (tenant_id === HOME) throw TenantProtected();
    await this.db.transaction(async () => {
      const tenant = await this.tenants.lock(tenant_id);
      if (!tenant) throw TenantNotFound();
      if (tenant.is_active && (await this.tenants.people(tenant_id))) throw TenantInUse();
      await this.tenants.delete(tenant_id);
      await this.endSession.ofTenant(ctx, tenant_id);
      const deed = { action: 'tenant.deleted', target_type: 'tenant', target_id: tenant_id };
      await this.audit.record(ctx, { tenant_id: ctx.tenant || HOME, ...deed });
    });
    return { message: 'The tenant is deleted.' };
  }
}
