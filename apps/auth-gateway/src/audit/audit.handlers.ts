import { InvalidInput } from '@skep/contracts';
import { auth, type ListSecurityEvents, type ReadAudit, type RecordAudit } from '@skep/contracts/auth';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { PLATFORM_TENANT } from '../tenant/operator.js';
import { TenantRepository } from '../tenant/tenant.repository.js';
import { Audit } from './audit.js';
import { AuditRepository } from './audit.repository.js';

@Handlers()
export class AuditHandlers {
  constructor(
    private readonly audit: Audit,
    private readonly entries: AuditRepository,
    private readonly tenants: TenantRepository,
  ) {}

  @Handle(auth.readAudit)
  readAudit(ctx: Ctx, filter: ReadAudit) {
    return this.entries.list(ctx, filter);
  }

  @Handle(auth.recordAudit)
  async recordAudit(ctx: Ctx, entry: RecordAudit) {
    // No one could read the entries of a tenant that does not exist.
    if (entry.tenant_id !== PLATFORM_TENANT && !(await this.tenants.isKnown(entry.tenant_id)))
      throw InvalidInput([{ loc: ['tenant_id'], msg: `Tenant ${entry.tenant_id} not found`, type: 'tenant_unknown' }]);
    return this.audit.recordExternal(ctx, entry);
  }

  @Handle(auth.listSecurityEvents)
  listSecurityEvents(ctx: Ctx, paging: ListSecurityEvents) {
    return this.entries.listSecurityEvents(ctx, paging);
  }
}
