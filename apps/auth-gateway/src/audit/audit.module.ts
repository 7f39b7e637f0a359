import { Aggregate } from '@skep/platform';
import { TenantModule } from '../tenant/tenant.module.js';
import { AuditLogEntity } from './audit-log.entity.js';
import { AuditHandlers } from './audit.handlers.js';
import { Audit } from './audit.js';
import { AuditRepository } from './audit.repository.js';
import { ExternalAuditHandlers } from './external-audit.handlers.js';

@Aggregate({
  imports: [TenantModule],
  appendOnly: [AuditLogEntity],
  handlers: [AuditHandlers, ExternalAuditHandlers],
  providers: [Audit, AuditRepository],
  exports: [Audit],
})
export class AuditModule {}
