import { Aggregate, keep } from '@skep/platform';
import { AccountModule } from '../account/account.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { IdentityProviderModule } from '../identity-provider/identity-provider.module.js';
import { ProvisioningModule } from '../provisioning/provisioning.module.js';
import { SessionModule } from '../session/session.module.js';
import { UserModule } from '../user/user.module.js';
import { ExchangeCode } from './exchange-code.js';
import { ExternalIdentityEntity } from './external-identity.entity.js';
import { ExternalIdentityRepository } from './external-identity.repository.js';
import { SignInAtProvider } from './sign-in-at-provider.js';
import { SignInEntity } from './sign-in.entity.js';
import { SignInRepository } from './sign-in.repository.js';
import { SingleSignOnHandlers } from './single-sign-on.handlers.js';

@Aggregate({
  imports: [AccountModule, AuditModule, IdentityProviderModule, ProvisioningModule, SessionModule, UserModule],
  entities: [ExternalIdentityEntity, SignInEntity],
  retention: [keep(SignInEntity, '0 days', { after: 'expires_at' })],
  handlers: [SingleSignOnHandlers],
  providers: [ExchangeCode, ExternalIdentityRepository, SignInAtProvider, SignInRepository],
  exports: [ExchangeCode, SignInAtProvider],
})
export class SingleSignOnModule {}
