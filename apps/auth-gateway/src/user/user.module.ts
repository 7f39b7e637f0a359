import { Aggregate } from '@skep/platform';
import { AccountModule } from '../account/account.module.js';
import { AgencyModule } from '../agency/agency.module.js';
import { ApiKeyModule } from '../api-key/api-key.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { MailModule } from '../mail/mail.module.js';
import { RoleModule } from '../role/role.module.js';
import { ScopeModule } from '../scope/scope.module.js';
import { SecretsModule } from '../secrets/secrets.module.js';
import { SessionModule } from '../session/session.module.js';
import { CreateUser } from './create-user.js';
import { UpdateUser } from './update-user.js';
import { UserHandlers } from './user.handlers.js';
import { UserRepository } from './user.repository.js';

@Aggregate({
  imports: [AccountModule, AgencyModule, ApiKeyModule, AuditModule, MailModule, RoleModule, ScopeModule, SecretsModule, SessionModule],
  handlers: [UserHandlers],
  providers: [CreateUser, UpdateUser, UserRepository],
  exports: [UpdateUser],
})
export class UserModule {}
