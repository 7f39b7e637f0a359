import { contract } from '../define.js';
import { accountMembers } from './account.js';
import { agencyMembers } from './agency.js';
import { agentSessionMembers } from './agent-session.js';
import { apiKeyMembers } from './api-key.js';
import { appleMembers } from './apple.js';
import { attestationMembers } from './attestation.js';
import { auditMembers } from './audit.js';
import { deviceMembers } from './device.js';
import { emailChangeMembers } from './email-change.js';
import { extensionTokenMembers } from './extension-token.js';
import { factorMembers } from './factor.js';
import { firebaseMembers } from './firebase.js';
import { healthProbeMembers } from './health-probe.js';
import { identityProviderMembers } from './identity-provider.js';
import { installationHealthMembers } from './installation-health.js';
import { oauthMembers } from './oauth.js';
import { passkeyMembers } from './passkey.js';
import { passwordMembers } from './password.js';
import { provisioningMembers } from './provisioning.js';
import { roleMembers } from './role.js';
import { scopeMembers } from './scope.js';
import { sessionMembers } from './session.js';
import { signingMembers } from './signing.js';
import { singleSignOnMembers } from './single-sign-on.js';
import { tenantMembers } from './tenant.js';
import { userMembers } from './user.js';

export * from './account.js';
export * from './agency.js';
export * from './agency-theme.js';
export * from './agent-session.js';
export * from './api-key.js';
export * from './apple.js';
export * from './attestation.js';
export * from './audit.js';
export * from './credentials.js';
export * from './device.js';
export * from './email-change.js';
export * from './extension-token.js';
export * from './factor.js';
export * from './firebase.js';
export * from './health-probe.js';
export * from './identity-provider.js';
export * from './installation-health.js';
export * from './oauth.js';
export * from './passkey.js';
export * from './password.js';
export * from './proof.js';
export * from './provisioning.js';
export * from './role.js';
export * from './scope.js';
export * from './session.js';
export * from './signing.js';
export * from './single-sign-on.js';
export * from './tenant.js';
export * from './user.js';

export const auth = contract('auth', {
  ...accountMembers,
  ...passwordMembers,
  ...sessionMembers,
  ...agentSessionMembers,
  ...deviceMembers,
  ...oauthMembers,
  ...signingMembers,
  ...apiKeyMembers,
  ...extensionTokenMembers,
  ...attestationMembers,
  ...auditMembers,
  ...factorMembers,
  ...passkeyMembers,
  ...emailChangeMembers,
  ...firebaseMembers,
  ...appleMembers,
  ...healthProbeMembers,
  ...identityProviderMembers,
  ...installationHealthMembers,
  ...singleSignOnMembers,
  ...provisioningMembers,
  ...tenantMembers,
  ...agencyMembers,
  ...userMembers,
  ...roleMembers,
  ...scopeMembers,
});
