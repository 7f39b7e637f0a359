import { marketplace } from '@skep/contracts/marketplace';
import { type Env, runService, serve, type Service } from '@skep/platform';
import { ErasureModule } from './erasure/erasure.module.js';
import { InstallModule } from './install/install.module.js';
import { ListingModule } from './listing/listing.module.js';
import { PopularityModule } from './popularity/popularity.module.js';
import { PublisherModule } from './publisher/publisher.module.js';
import { ReportModule } from './report/report.module.js';
import { ReviewModule } from './review/review.module.js';
import { MarketplaceConfig } from './marketplace.config.js';

export const service: Service = {
  name: 'marketplace',
  contract: marketplace,
  config: MarketplaceConfig,
  modules: [ListingModule, InstallModule, PopularityModule, ReviewModule, ReportModule, PublisherModule, ErasureModule],
  main: import.meta.url,
};

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await runService(service);
