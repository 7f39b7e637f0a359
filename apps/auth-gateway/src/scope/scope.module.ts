import { Aggregate } from '@skep/platform';
import { AuditModule } from '../audit/audit.module.js';
import { ScopeEntity } from './scope.entity.js';
import { ScopeHandlers } from './scope.handlers.js';
import { ScopeRepository } from './scope.repository.js';

@Aggregate({
  imports: [AuditModule],
  entities: [ScopeEntity],
  handlers: [ScopeHandlers],
  providers: [ScopeRepository],
  exports: [ScopeRepository],
})
export class ScopeModule {}
