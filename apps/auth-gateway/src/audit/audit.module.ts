import { Aggregate, keepUntil } from '@skep/platform';
import { TenantModule } from '../tenant/tenant.module.js';
import { AuditLogEntity } from './audit-log.entity.js';
import { AUDIT_TRACES } from './audit-traces.js';
import { AuditHandlers } from './audit.handlers.js';
import { Audit } from './audit.js';
import { AuditRepository } from './audit.repository.js';
import { ExternalAuditHandlers } from './external-audit.handlers.js';

@Aggregate({
  imports: [TenantModule],
  appendOnly: [AuditLogEntity],
  traces: [AUDIT_TRACES],
  handlers: [AuditHandlers, ExternalAuditHandlers],
  retention: [keepUntil(AuditLogEntity, 'after `created_at`', { by: 'remove_old_audit', period: { days: 'SKEP_AUDIT_KEEP_DAYS' } })],
  providers: [Audit, AuditRepository],
  exports: [Audit],
})
export class AuditModule {}
