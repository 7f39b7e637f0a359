import { marketplace } from '@skep/contracts/marketplace';
import { type Env, runProcess, serve, type Service } from '@skep/platform';
import { MarketplaceConfig } from './marketplace.config.js';
import { MarketplaceModule } from './marketplace.module.js';

export const service: Service = {
  name: 'marketplace',
  contract: marketplace,
  config: MarketplaceConfig,
  modules: [MarketplaceModule],
  main: import.meta.url,
};

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await runProcess(start);
