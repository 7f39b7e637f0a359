import { marketplace } from '@skep/contracts';
import { type Env, run, serve, type Service } from '@skep/platform';
import { Delisting } from './listing/delisting.entity.js';
import { Listing } from './listing/listing.entity.js';
import { Vocabulary } from './listing/vocabulary.entity.js';
import { MarketplaceConfig } from './marketplace.config.js';
import { MarketplaceModule } from './marketplace.module.js';
import { Marketplace1763769600300 } from './migrations/1-marketplace.js';
import { Suspensions1763769600301 } from './migrations/2-suspensions.js';
import { Popularity } from './popularity/popularity.entity.js';

export const service: Service = {
  name: 'marketplace',
  contract: marketplace,
  config: MarketplaceConfig,
  module: MarketplaceModule,
  entities: [Listing, Delisting, Vocabulary, Popularity],
  migrations: [Marketplace1763769600300, Suspensions1763769600301],
};

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await run(start);
