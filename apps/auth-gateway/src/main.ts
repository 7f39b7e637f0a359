import { auth } from '@skep/contracts';
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
import { Accounts1763769600200 } from './migrations/1-accounts.js';
import { Sessions1763769600201 } from './migrations/2-sessions.js';
import { PasswordResets1763769600202 } from './migrations/3-password-resets.js';
import { Devices1763769600203 } from './migrations/4-devices.js';
import { KeyRotation1763769600204 } from './migrations/5-key-rotation.js';
import { AuditLog1763769600220 } from './migrations/20-audit-log.js';
import { RolesAndScopes1763769600221 } from './migrations/21-roles-and-scopes.js';
import { Erasure1763769600222 } from './migrations/22-erasure.js';
import { FasterScopes1763769600223 } from './migrations/23-faster-scopes.js';
import { TenantScope1763769600230 } from './migrations/30-tenant-scope.js';
import { Tenants1763769600231 } from './migrations/31-tenants.js';
import { AppKeys1763769600240 } from './migrations/40-app-keys.js';
import { SecondFactors1763769600271 } from './migrations/10-second-factors.js';
import { EmailChanges1763769600272 } from './migrations/11-email-changes.js';
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
  migrations: [
    Accounts1763769600200,
    Sessions1763769600201,
    PasswordResets1763769600202,
    Devices1763769600203,
    KeyRotation1763769600204,
    AuditLog1763769600220,
    RolesAndScopes1763769600221,
    Erasure1763769600222,
    FasterScopes1763769600223,
    TenantScope1763769600230,
    Tenants1763769600231,
    AppKeys1763769600240,
    SecondFactors1763769600271,
    EmailChanges1763769600272,
  ],
};

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await runProcess(start);
