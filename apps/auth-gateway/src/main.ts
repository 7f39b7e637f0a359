import { auth } from '@skep/contracts/auth';
import { type Env, runProcess, serve, type Service } from '@skep/platform';
import { AccountEntity } from './account/account.entity.js';
import { PendingSignupEntity } from './account/pending-signup.entity.js';
import { AgencyEntity } from './agency/agency.entity.js';
import { ApiKeyEntity } from './api-key/api-key.entity.js';
import { AuditLogEntity } from './audit/audit-log.entity.js';
import { AuthGatewayConfig } from './auth-gateway.config.js';
import { AuthGatewayModule } from './auth-gateway.module.js';
import { DeviceGrantEntity } from './device/device-grant.entity.js';
import { EmailChangeEntity } from './email-change/email-change.entity.js';
import { ChallengeEntity } from './factor/challenge.entity.js';
import { RecoveryCodeEntity } from './factor/recovery-code.entity.js';
import { TotpEntity } from './factor/totp.entity.js';
import { MailEntity } from './mail/mail.entity.js';
import { Baseline1763769600200 } from './migrations/1-baseline.js';
import { PasskeyEntity } from './passkey/passkey.entity.js';
import { AttemptEntity } from './password/attempt.entity.js';
import { PasswordResetEntity } from './password/password-reset.entity.js';
import { RoleEntity } from './role/role.entity.js';
import { ScopeEntity } from './scope/scope.entity.js';
import { RefreshTokenEntity } from './session/refresh-token.entity.js';
import { SessionEntity } from './session/session.entity.js';
import { SigningKeyEntity } from './signing/signing-key.entity.js';
import { TenantEntity } from './tenant/tenant.entity.js';

export const service: Service = {
  name: 'auth-gateway',
  contract: auth,
  config: AuthGatewayConfig,
  module: AuthGatewayModule,
  entities: [
    TenantEntity,
    AgencyEntity,
    AccountEntity,
    PendingSignupEntity,
    PasswordResetEntity,
    SessionEntity,
    RefreshTokenEntity,
    DeviceGrantEntity,
    SigningKeyEntity,
    ApiKeyEntity,
    AttemptEntity,
    MailEntity,
    AuditLogEntity,
    ...[TotpEntity, RecoveryCodeEntity, PasskeyEntity, ChallengeEntity, EmailChangeEntity],
    RoleEntity,
    ScopeEntity,
  ],
  appendOnly: [AuditLogEntity],
  tenantScoped: true,
  migrations: [Baseline1763769600200],
  sql: new URL('../sql/', import.meta.url),
};

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await runProcess(start);
