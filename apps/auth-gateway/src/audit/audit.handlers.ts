import { auth, InvalidInput, type PageNumber, type ReadAudit, type RecordAudit } from '@skep/contracts';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { Audit } from './audit.js';
import { AuditRepository } from './audit.repository.js';

@Handlers()
export class AuditHandlers {
  constructor(
    private readonly audit: Audit,
    private readonly log: AuditRepository,
  ) {}

  @Handle(auth.readAudit)
  readAudit(ctx: Ctx, filter: ReadAudit) {
    return this.log.page(ctx, filter);
  }

  @Handle(auth.recordAudit)
  async recordAudit(ctx: Ctx, told: RecordAudit) {
    // A line of a tenant that does not exist would be lost: nobody could read it.
    if (!(await this.log.knowsTenant(told.tenant_id)))
      throw InvalidInput([{ loc: ['tenant_id'], msg: 'There is no such tenant', type: 'tenant_unknown' }]);
    return this.audit.tell(ctx, told);
  }

  @Handle(auth.listSecurityEvents)
  listSecurityEvents(ctx: Ctx, paging: PageNumber) {
    return this.log.events(ctx, paging);
  }
}
