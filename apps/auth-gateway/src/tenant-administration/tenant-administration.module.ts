import { Aggregate } from '@skep/platform';
import { AccountModule } from '../account/account.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { SessionModule } from '../session/session.module.js';
import { TenantModule } from '../tenant/tenant.module.js';
import { CreateTenant } from './create-tenant.js';
import { DeleteTenant } from './delete-tenant.js';
import { TenantAdministrationHandlers } from './tenant-administration.handlers.js';
import { UpdateTenant } from './update-tenant.js';

@Aggregate({
  imports: [AccountModule, AuditModule, SessionModule, TenantModule],
  handlers: [TenantAdministrationHandlers],
  providers: [CreateTenant, DeleteTenant, UpdateTenant],
})
export class TenantAdministrationModule {}
