import { Aggregate, keep } from '@skep/platform';
import { AuditModule } from '../audit/audit.module.js';
import { SecretsModule } from '../secrets/secrets.module.js';
import { AccountEntity } from './account.entity.js';
import { AccountHandlers } from './account.handlers.js';
import { AccountRepository } from './account.repository.js';
import { FirstAdministrator } from './first-administrator.js';
import { NicknameEntity } from './nickname.entity.js';
import { NicknameRepository } from './nickname.repository.js';
import { PendingSignupEntity } from './pending-signup.entity.js';
import { PendingSignupRepository } from './pending-signup.repository.js';

@Aggregate({
  imports: [AuditModule, SecretsModule],
  entities: [AccountEntity, NicknameEntity, PendingSignupEntity],
  handlers: [AccountHandlers],
  retention: [keep(PendingSignupEntity, '0 days', { after: 'expires_at' })],
  providers: [AccountRepository, FirstAdministrator, NicknameRepository, PendingSignupRepository],
  exports: [AccountRepository, PendingSignupRepository],
})
export class AccountModule {}
