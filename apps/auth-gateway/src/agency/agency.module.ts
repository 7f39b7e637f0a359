import { Aggregate } from '@skep/platform';
import { AuditModule } from '../audit/audit.module.js';
import { AgencyEntity } from './agency.entity.js';
import { AgencyHandlers } from './agency.handlers.js';
import { AgencyRepository } from './agency.repository.js';

@Aggregate({
  imports: [AuditModule],
  entities: [AgencyEntity],
  handlers: [AgencyHandlers],
  providers: [AgencyRepository],
  exports: [AgencyRepository],
})
export class AgencyModule {}
