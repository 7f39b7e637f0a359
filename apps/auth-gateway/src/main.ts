import { auth } from '@skep/contracts/auth';
import { type Env, runService, serve, type Service } from '@skep/platform';
import { AccountModule } from './account/account.module.js';
import { AgencyModule } from './agency/agency.module.js';
import { AgentSessionModule } from './agent-session/agent-session.module.js';
import { ApiKeyModule } from './api-key/api-key.module.js';
import { AppleModule } from './apple/apple.module.js';
import { AttemptModule } from './attempt/attempt.module.js';
import { AttestationModule } from './attestation/attestation.module.js';
import { AuditModule } from './audit/audit.module.js';
import { AuthGatewayConfig } from './auth-gateway.config.js';
import { ChallengeModule } from './challenge/challenge.module.js';
import { DeviceModule } from './device/device.module.js';
import { EmailChangeModule } from './email-change/email-change.module.js';
import { FactorChangeModule } from './factor-change/factor-change.module.js';
import { ExtensionTokenModule } from './extension-token/extension-token.module.js';
import { FactorModule } from './factor/factor.module.js';
import { FirebaseModule } from './firebase/firebase.module.js';
import { HealthProbeModule } from './health-probe/health-probe.module.js';
import { IdentityProviderModule } from './identity-provider/identity-provider.module.js';
import { LoginModule } from './login/login.module.js';
import { MailModule } from './mail/mail.module.js';
import { OauthModule } from './oauth/oauth.module.js';
import { PasskeyModule } from './passkey/passkey.module.js';
import { PasswordResetModule } from './password-reset/password-reset.module.js';
import { PasswordModule } from './password/password.module.js';
import { ProvisioningModule } from './provisioning/provisioning.module.js';
import { RoleModule } from './role/role.module.js';
import { ScopeModule } from './scope/scope.module.js';
import { SecretsModule } from './secrets/secrets.module.js';
import { SessionModule } from './session/session.module.js';
import { SigningModule } from './signing/signing.module.js';
import { SignupModule } from './signup/signup.module.js';
import { SingleSignOnModule } from './single-sign-on/single-sign-on.module.js';
import { TenantAdministrationModule } from './tenant-administration/tenant-administration.module.js';
import { TenantModule } from './tenant/tenant.module.js';
import { UserModule } from './user/user.module.js';

export const service: Service = {
  name: 'auth-gateway',
  contract: auth,
  config: AuthGatewayConfig,
  modules: [
    AccountModule,
    AgencyModule,
    AgentSessionModule,
    ApiKeyModule,
    AppleModule,
    AttemptModule,
    AttestationModule,
    AuditModule,
    ChallengeModule,
    DeviceModule,
    EmailChangeModule,
    ExtensionTokenModule,
    FactorModule,
    FactorChangeModule,
    FirebaseModule,
    HealthProbeModule,
    IdentityProviderModule,
    LoginModule,
    MailModule,
    OauthModule,
    PasskeyModule,
    PasswordModule,
    PasswordResetModule,
    ProvisioningModule,
    RoleModule,
    ScopeModule,
    SecretsModule,
    SessionModule,
    SigningModule,
    SignupModule,
    SingleSignOnModule,
    TenantModule,
    TenantAdministrationModule,
    UserModule,
  ],
  main: import.meta.url,
  tenantScoped: true,
};

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await runService(service);
