import { registry } from '@skep/contracts/registry';
import { Aggregate, keep, keepForEver } from '@skep/platform';
import { DeclaredAppsModule } from '../declared-apps/declared-apps.module.js';
import { OutboundClient } from '../provider/outbound-client.js';
import { ProviderClient } from '../provider/provider-client.js';
import { SecretModule } from '../secret/secret.module.js';
import { AccountEntity } from './account.entity.js';
import { AccountHandlers } from './account.handlers.js';
import { AccountRepository } from './account.repository.js';
import { Clients } from './clients.js';
import { ConnectAccount } from './connect-account.js';
import { OAuthStateEntity } from './oauth-state.entity.js';
import { ProviderTokens } from './provider-tokens.js';
import { RevocationEntity } from './revocation.entity.js';
import { RevocationHandlers } from './revocation.handlers.js';
import { RevocationRepository } from './revocation.repository.js';

@Aggregate({
  imports: [DeclaredAppsModule, SecretModule],
  entities: [AccountEntity, OAuthStateEntity, RevocationEntity],
  handlers: [AccountHandlers, RevocationHandlers],
  providers: [AccountRepository, Clients, ConnectAccount, OutboundClient, ProviderClient, ProviderTokens, RevocationRepository],
  retention: [
    keep(OAuthStateEntity, '1 hour', { after: 'expires_at' }),
    keep(RevocationEntity, '1 day', { after: 'requested_at' }),
    keepForEver(AccountEntity, 'until disconnected, or until their user is erased'),
  ],
  exports: [AccountRepository],
  calls: [registry.getAppDeveloper, registry.listInstalledApps],
  outgoing: ['OAuth providers'],
})
export class AccountModule {}
