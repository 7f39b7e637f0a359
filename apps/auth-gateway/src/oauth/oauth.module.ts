import { registry } from '@skep/contracts/registry';
import { Aggregate, keep } from '@skep/platform';
import { AccountModule } from '../account/account.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { FactorModule } from '../factor/factor.module.js';
import { LoginModule } from '../login/login.module.js';
import { OutboundModule } from '../outbound/outbound.module.js';
import { SessionModule } from '../session/session.module.js';
import { SigningModule } from '../signing/signing.module.js';
import { SingleSignOnModule } from '../single-sign-on/single-sign-on.module.js';
import { Authorize } from './authorize.js';
import { Clients } from './clients.js';
import { Consent } from './consent.js';
import { InspectToken } from './inspect-token.js';
import { IssueTokens } from './issue-tokens.js';
import { OauthHandlers } from './oauth.handlers.js';
import { OauthRequestEntity } from './oauth-request.entity.js';
import { OauthRequestRepository } from './oauth-request.repository.js';
import { ServerMetadata } from './server-metadata.js';
import { SignIn } from './sign-in.js';
import { SignInAtOrganisation } from './sign-in-at-organisation.js';

@Aggregate({
  imports: [AccountModule, AuditModule, FactorModule, LoginModule, OutboundModule, SessionModule, SigningModule, SingleSignOnModule],
  entities: [OauthRequestEntity],
  handlers: [OauthHandlers],
  calls: [registry.getMyExtension, registry.listMyExtensions, registry.resolveCall],
  // A second use of a code is detected until then.
  retention: [keep(OauthRequestEntity, '1 day', { after: 'expires_at' })],
  providers: [Authorize, Clients, Consent, InspectToken, IssueTokens, OauthRequestRepository, ServerMetadata, SignIn, SignInAtOrganisation],
})
export class OauthModule {}
