import { registry } from '@skep/contracts/registry';
import { Aggregate } from '@skep/platform';
import { InstallHandlers } from './install/install.handlers.js';
import { InstalledApps } from './install/installed-apps.js';
import { BrowseApps } from './listing/browse-apps.js';
import { ListingHandlers } from './listing/listing.handlers.js';
import { ListingRepository } from './listing/listing.repository.js';
import { VocabularyRepository } from './listing/vocabulary.repository.js';
import { PopularityHandlers } from './popularity/popularity.handlers.js';
import { ErasureHandlers } from './erasure/erasure.handlers.js';

import { DelistingEntity } from './listing/delisting.entity.js';
import { ListingEntity } from './listing/listing.entity.js';
import { VocabularyEntity } from './listing/vocabulary.entity.js';
import { PopularityEntity } from './popularity/popularity.entity.js';
@Aggregate({
  entities: [ListingEntity, DelistingEntity, VocabularyEntity, PopularityEntity],
  calls: [registry.installApp, registry.listInstalledApps, registry.uninstallApp],
  handlers: [ListingHandlers, InstallHandlers, PopularityHandlers, ErasureHandlers],
  providers: [ListingRepository, VocabularyRepository, BrowseApps, InstalledApps],
})
export class MarketplaceModule {}
