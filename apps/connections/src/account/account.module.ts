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

@Aggregate({
  imports: [DeclaredAppsModule, SecretModule],
  entities: [AccountEntity, OAuthStateEntity],
  handlers: [AccountHandlers],
  providers: [AccountRepository, Clients, ConnectAccount, OutboundClient, ProviderClient, ProviderTokens],
  retention: [
    keep(OAuthStateEntity, '1 hour', { after: 'expires_at' }),
    keepForEver(AccountEntity, 'until disconnected, or until their user is erased'),
  ],
  outgoing: ['OAuth providers'],
})
export class AccountModule {}
