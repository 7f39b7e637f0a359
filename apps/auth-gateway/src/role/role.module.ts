import { Aggregate } from '@skep/platform';
import { AccountModule } from '../account/account.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { ScopeModule } from '../scope/scope.module.js';
import { SessionModule } from '../session/session.module.js';
import { RoleEntity } from './role.entity.js';
import { RoleHandlers } from './role.handlers.js';
import { RoleRepository } from './role.repository.js';
import { UpdateRole } from './update-role.js';

@Aggregate({
  imports: [AccountModule, AuditModule, ScopeModule, SessionModule],
  entities: [RoleEntity],
  handlers: [RoleHandlers],
  providers: [RoleRepository, UpdateRole],
  exports: [RoleRepository],
})
export class RoleModule {}
