import { registry } from '@skep/contracts/registry';
import { Aggregate, keep, keepForEver } from '@skep/platform';
import { DeclaredAppsModule } from '../declared-apps/declared-apps.module.js';
import { ProviderModule } from '../provider/provider.module.js';
import { RevocationModule } from '../revocation/revocation.module.js';
import { SecretModule } from '../secret/secret.module.js';
import { AccountEntity } from './account.entity.js';
import { AccountHandlers } from './account.handlers.js';
import { AccountRepository } from './account.repository.js';
import { Clients } from './clients.js';
import { ConnectAccount } from './connect-account.js';
import { OAuthStateEntity } from './oauth-state.entity.js';
import { ProviderTokens } from './provider-tokens.js';
import { RevocationHandlers } from './revocation.handlers.js';

@Aggregate({
  imports: [DeclaredAppsModule, ProviderModule, RevocationModule, SecretModule],
  entities: [AccountEntity, OAuthStateEntity],
  handlers: [AccountHandlers, RevocationHandlers],
  providers: [AccountRepository, Clients, ConnectAccount, ProviderTokens],
  retention: [
    keep(OAuthStateEntity, '1 hour', { after: 'expires_at' }),
    keepForEver(AccountEntity, 'until disconnected, or until their user is erased'),
  ],
  exports: [AccountRepository],
  calls: [registry.getAppDeveloper, registry.listInstalledApps],
})
export class AccountModule {}
