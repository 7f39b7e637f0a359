import { Aggregate, keepUntil } from '@skep/platform';
import { AccountModule } from '../account/account.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { SigningModule } from '../signing/signing.module.js';
import { TenantModule } from '../tenant/tenant.module.js';
import { AccessTokens } from './access-tokens.js';
import { CreateSession } from './create-session.js';
import { RefreshSession } from './refresh-session.js';
import { RefreshTokenEntity } from './refresh-token.entity.js';
import { RevokeSession } from './revoke-session.js';
import { SessionEntity } from './session.entity.js';
import { SessionHandlers } from './session.handlers.js';
import { SessionRepository } from './session.repository.js';

@Aggregate({
  imports: [AccountModule, AuditModule, SigningModule, TenantModule],
  entities: [SessionEntity, RefreshTokenEntity],
  handlers: [SessionHandlers],
  // For questions about what happened.
  retention: [
    keepUntil(SessionEntity, 'after the session ended, with its refresh tokens', { by: 'remove_ended_sessions', period: '7 days' }),
  ],
  providers: [AccessTokens, CreateSession, RefreshSession, RevokeSession, SessionRepository],
  exports: [AccessTokens, CreateSession, RefreshSession, RevokeSession, SessionRepository],
})
export class SessionModule {}
