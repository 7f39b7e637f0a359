import { marketplace } from '@skep/contracts/marketplace';
import { type Env, runProcess, serve, type Service } from '@skep/platform';
import { DelistingEntity } from './listing/delisting.entity.js';
import { ListingEntity } from './listing/listing.entity.js';
import { VocabularyEntity } from './listing/vocabulary.entity.js';
import { MarketplaceConfig } from './marketplace.config.js';
import { MarketplaceModule } from './marketplace.module.js';
import { Baseline1763769600300 } from './migrations/1-baseline.js';
import { PopularityEntity } from './popularity/popularity.entity.js';

export const service: Service = {
  name: 'marketplace',
  contract: marketplace,
  config: MarketplaceConfig,
  module: MarketplaceModule,
  entities: [ListingEntity, DelistingEntity, VocabularyEntity, PopularityEntity],
  migrations: [Baseline1763769600300],
};

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await runProcess(start);
