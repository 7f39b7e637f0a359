import { connections } from '@skep/contracts/connections';
import { type Env, runService, serve, type Service } from '@skep/platform';
import { AccountModule } from './account/account.module.js';
import { ConnectionsConfig } from './connections.config.js';
import { DeliveryModule } from './delivery/delivery.module.js';
import { ErasureModule } from './erasure/erasure.module.js';
import { HealthModule } from './health/health.module.js';
import { MailboxModule } from './mailbox/mailbox.module.js';
import { SecretModule } from './secret/secret.module.js';
import { TerraModule } from './terra/terra.module.js';
import { VendorMessageModule } from './vendor-message/vendor-message.module.js';
import { VisitorModule } from './visitor/visitor.module.js';

export const service: Service = {
  name: 'connections',
  contract: connections,
  config: ConnectionsConfig,
  modules: [
    SecretModule,
    AccountModule,
    HealthModule,
    DeliveryModule,
    TerraModule,
    VendorMessageModule,
    VisitorModule,
    MailboxModule,
    ErasureModule,
  ],
  main: import.meta.url,
  tenantScoped: true,
};

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await runService(service);
