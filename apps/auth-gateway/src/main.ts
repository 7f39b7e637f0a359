import { auth } from '@skep/contracts';
import { type Env, run, serve, type Service } from '@skep/platform';
import { Account } from './account/account.entity.js';
import { PendingSignup } from './account/pending-signup.entity.js';
import { Agency } from './agency/agency.entity.js';
import { ApiKey } from './api-key/api-key.entity.js';
import { AuditLog } from './audit/audit-log.entity.js';
import { AuthGatewayConfig } from './auth-gateway.config.js';
import { AuthGatewayModule } from './auth-gateway.module.js';
import { DeviceGrant } from './device/device-grant.entity.js';
import { EmailChange } from './email-change/email-change.entity.js';
import { Challenge } from './factor/challenge.entity.js';
import { RecoveryCode } from './factor/recovery-code.entity.js';
import { Totp } from './factor/totp.entity.js';
import { Mail } from './mail/mail.entity.js';
import { Accounts1763769600200 } from './migrations/1-accounts.js';
import { Sessions1763769600201 } from './migrations/2-sessions.js';
import { PasswordResets1763769600202 } from './migrations/3-password-resets.js';
import { Devices1763769600203 } from './migrations/4-devices.js';
import { KeyRotation1763769600204 } from './migrations/5-key-rotation.js';
import { AuditLog1763769600220 } from './migrations/20-audit-log.js';
import { RolesAndScopes1763769600221 } from './migrations/21-roles-and-scopes.js';
import { Erasure1763769600222 } from './migrations/22-erasure.js';
import { QuickerScopes1763769600223 } from './migrations/23-quicker-scopes.js';
import { Walls1763769600230 } from './migrations/30-walls.js';
import { Tenants1763769600231 } from './migrations/31-tenants.js';
import { AppKeys1763769600240 } from './migrations/40-app-keys.js';
import { SecondFactors1763769600271 } from './migrations/10-second-factors.js';
import { EmailChanges1763769600272 } from './migrations/11-email-changes.js';
import { Passkey } from './passkey/passkey.entity.js';
import { Attempt } from './password/attempt.entity.js';
import { PasswordReset } from './password/password-reset.entity.js';
import { Role } from './role/role.entity.js';
import { Scope } from './scope/scope.entity.js';
import { RefreshToken } from './session/refresh-token.entity.js';
import { Session } from './session/session.entity.js';
import { SigningKey } from './signing/signing-key.entity.js';
import { Tenant } from './tenant/tenant.entity.js';

export const service: Service = {
  name: 'auth-gateway',
  contract: auth,
  config: AuthGatewayConfig,
  module: AuthGatewayModule,
  entities: [
    Tenant,
    Agency,
    Account,
    PendingSignup,
    PasswordReset,
    Session,
    RefreshToken,
    DeviceGrant,
    SigningKey,
    ApiKey,
    Attempt,
    Mail,
    AuditLog,
    ...[Totp, RecoveryCode, Passkey, Challenge, EmailChange],
    Role,
    Scope,
  ],
  appendOnly: [AuditLog],
  walled: true,
  migrations: [
    Accounts1763769600200,
    Sessions1763769600201,
    PasswordResets1763769600202,
    Devices1763769600203,
    KeyRotation1763769600204,
    AuditLog1763769600220,
    RolesAndScopes1763769600221,
    Erasure1763769600222,
    QuickerScopes1763769600223,
    Walls1763769600230,
    Tenants1763769600231,
    AppKeys1763769600240,
    SecondFactors1763769600271,
    EmailChanges1763769600272,
  ],
};

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await run(start);
