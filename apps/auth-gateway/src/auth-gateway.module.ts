import { auth } from '@skep/contracts/auth';
import { Aggregate } from '@skep/platform';
import { AccountHandlers } from './account/account.handlers.js';
import { AccountRepository } from './account/account.repository.js';
import { FirstAdministrator } from './account/first-administrator.js';
import { ResendVerification } from './account/resend-verification.js';
import { SignUp } from './account/sign-up.js';
import { VerifyEmail } from './account/verify-email.js';
import { AgencyHandlers } from './agency/agency.handlers.js';
import { AgencyRepository } from './agency/agency.repository.js';
import { ApiKeyHandlers } from './api-key/api-key.handlers.js';
import { ApiKeyRepository } from './api-key/api-key.repository.js';
import { RevokeApiKey } from './api-key/revoke-api-key.js';
import { CreateApiKey } from './api-key/create-api-key.js';
import { ExchangeDeviceCode } from './device/exchange-device-code.js';
import { DecideDevice } from './device/decide-device.js';
import { DeviceHandlers } from './device/device.handlers.js';
import { DeviceRepository } from './device/device.repository.js';
import { Audit } from './audit/audit.js';
import { AuditHandlers } from './audit/audit.handlers.js';
import { ExternalAuditHandlers } from './audit/external-audit.handlers.js';
import { AuditRepository } from './audit/audit.repository.js';
import { ChangeEmail } from './email-change/change-email.js';
import { ConfirmEmail } from './email-change/confirm-email.js';
import { EmailChangeHandlers } from './email-change/email-change.handlers.js';
import { EmailChangeRepository } from './email-change/email-change.repository.js';
import { AnswerChallenge } from './factor/answer-challenge.js';
import { Challenges } from './factor/challenges.js';
import { CheckFactor } from './factor/check-factor.js';
import { ConfirmTotp } from './factor/confirm-totp.js';
import { FinishFactorChange } from './factor/finish-factor-change.js';
import { FactorHandlers } from './factor/factor.handlers.js';
import { FactorRepository } from './factor/factor.repository.js';
import { Reauthentication } from './factor/reauthentication.js';
import { RequireFactor } from './factor/require-factor.js';
import { Housekeeping } from './housekeeping.js';
import { MailTransport } from './mail/mail-transport.js';
import { MailQueue } from './mail/mail-queue.js';
import { AddPasskey } from './passkey/add-passkey.js';
import { CheckPasskey } from './passkey/check-passkey.js';
import { PasskeyHandlers } from './passkey/passkey.handlers.js';
import { PasskeyRepository } from './passkey/passkey.repository.js';
import { RelyingParty } from './passkey/relying-party.js';
import { Attempts } from './password/attempts.js';
import { ChangePassword } from './password/change-password.js';
import { ForgotPassword } from './password/forgot-password.js';
import { PasswordHandlers } from './password/password.handlers.js';
import { PasswordRepository } from './password/password.repository.js';
import { Passwords } from './password/passwords.js';
import { ResetPassword } from './password/reset-password.js';
import { UpdateRole } from './role/update-role.js';
import { RoleHandlers } from './role/role.handlers.js';
import { RoleRepository } from './role/role.repository.js';
import { ScopeHandlers } from './scope/scope.handlers.js';
import { ScopeRepository } from './scope/scope.repository.js';
import { Vault } from './secrets/vault.js';
import { AccessTokens } from './session/access-tokens.js';
import { RevokeSession } from './session/revoke-session.js';
import { LogIn } from './session/log-in.js';
import { CreateSession } from './session/create-session.js';
import { RefreshSession } from './session/refresh-session.js';
import { SessionHandlers } from './session/session.handlers.js';
import { SessionRepository } from './session/session.repository.js';
import { SigningHandlers } from './signing/signing.handlers.js';
import { SigningKeys } from './signing/signing-keys.js';
import { CreateTenant } from './tenant/create-tenant.js';
import { DeleteTenant } from './tenant/delete-tenant.js';
import { TenantHandlers } from './tenant/tenant.handlers.js';
import { TenantRepository } from './tenant/tenant.repository.js';
import { UpdateTenant } from './tenant/update-tenant.js';
import { CreateUser } from './user/create-user.js';
import { UpdateUser } from './user/update-user.js';
import { UserHandlers } from './user/user.handlers.js';
import { UserRepository } from './user/user.repository.js';

import { AccountEntity } from './account/account.entity.js';
import { PendingSignupEntity } from './account/pending-signup.entity.js';
import { AgencyEntity } from './agency/agency.entity.js';
import { ApiKeyEntity } from './api-key/api-key.entity.js';
import { AuditLogEntity } from './audit/audit-log.entity.js';
import { DeviceGrantEntity } from './device/device-grant.entity.js';
import { EmailChangeEntity } from './email-change/email-change.entity.js';
import { ChallengeEntity } from './factor/challenge.entity.js';
import { RecoveryCodeEntity } from './factor/recovery-code.entity.js';
import { TotpEntity } from './factor/totp.entity.js';
import { MailEntity } from './mail/mail.entity.js';
import { PasskeyEntity } from './passkey/passkey.entity.js';
import { AttemptEntity } from './password/attempt.entity.js';
import { PasswordResetEntity } from './password/password-reset.entity.js';
import { RoleEntity } from './role/role.entity.js';
import { ScopeEntity } from './scope/scope.entity.js';
import { RefreshTokenEntity } from './session/refresh-token.entity.js';
import { SessionEntity } from './session/session.entity.js';
import { SigningKeyEntity } from './signing/signing-key.entity.js';
import { TenantEntity } from './tenant/tenant.entity.js';
@Aggregate({
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
    TotpEntity,
    RecoveryCodeEntity,
    PasskeyEntity,
    ChallengeEntity,
    EmailChangeEntity,
  ],
  appendOnly: [AuditLogEntity],
  outgoing: ['SMTP'],
  listens: [auth.signingKeysChanged],
  handlers: [
    AccountHandlers,
    PasswordHandlers,
    SessionHandlers,
    DeviceHandlers,
    SigningHandlers,
    ApiKeyHandlers,
    ...[FactorHandlers, PasskeyHandlers, EmailChangeHandlers, AuditHandlers, ExternalAuditHandlers],
    ...[TenantHandlers, AgencyHandlers],
    ...[UserHandlers, RoleHandlers, ScopeHandlers],
  ],
  providers: [
    ...[AccountRepository, SignUp, VerifyEmail, ResendVerification, FirstAdministrator],
    ...[PasswordRepository, ChangePassword, ForgotPassword, ResetPassword],
    ...[SessionRepository, LogIn, CreateSession, RefreshSession, RevokeSession, AccessTokens],
    ...[TenantRepository, CreateTenant, UpdateTenant, DeleteTenant, AgencyRepository],
    ...[DeviceRepository, ExchangeDeviceCode, DecideDevice],
    ...[Audit, AuditRepository],
    ...[FactorRepository, Challenges, CheckFactor, RequireFactor, AnswerChallenge, Reauthentication, ConfirmTotp, FinishFactorChange],
    ...[PasskeyRepository, RelyingParty, CheckPasskey, AddPasskey],
    ...[EmailChangeRepository, ChangeEmail, ConfirmEmail],
    ...[UserRepository, CreateUser, UpdateUser, RoleRepository, UpdateRole, ScopeRepository],
    ...[SigningKeys, ApiKeyRepository, CreateApiKey, RevokeApiKey, Passwords, Attempts, Vault, MailQueue, MailTransport, Housekeeping],
  ],
})
export class AuthGatewayModule {}
