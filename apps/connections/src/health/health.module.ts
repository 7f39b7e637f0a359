import { Aggregate, keep, keepForEver } from '@skep/platform';
import { ProviderModule } from '../provider/provider.module.js';
import { RevocationModule } from '../revocation/revocation.module.js';
import { ConnectHealth } from './connect-health.js';
import { HealthConnectionEntity } from './health-connection.entity.js';
import { HealthConnectionRepository } from './health-connection.repository.js';
import { HealthRevocationHandlers } from './health-revocation.handlers.js';
import { HealthStateEntity } from './health-state.entity.js';
import { HealthStateRepository } from './health-state.repository.js';
import { HealthHandlers } from './health.handlers.js';
import { HealthTokens } from './health-tokens.js';
import { TerraClient } from './terra-client.js';
import { VendorClients } from './vendor-clients.js';

@Aggregate({
  imports: [ProviderModule, RevocationModule],
  entities: [HealthConnectionEntity, HealthStateEntity],
  handlers: [HealthHandlers, HealthRevocationHandlers],
  providers: [ConnectHealth, HealthConnectionRepository, HealthStateRepository, HealthTokens, TerraClient, VendorClients],
  retention: [
    keep(HealthStateEntity, '1 hour', { after: 'expires_at' }),
    keepForEver(HealthConnectionEntity, 'until disconnected, or until their user is erased'),
  ],
  exports: [HealthConnectionRepository, TerraClient, VendorClients],
  outgoing: ['health providers', 'Terra'],
})
export class HealthModule {}
