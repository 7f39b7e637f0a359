import { Module } from '@nestjs/common';
import { InstallHandlers } from './install/install.handlers.js';
import { InstalledApps } from './install/installed-apps.js';
import { BrowseApps } from './listing/browse-apps.js';
import { ListingHandlers } from './listing/listing.handlers.js';
import { ListingRepository } from './listing/listing.repository.js';
import { VocabularyRepository } from './listing/vocabulary.repository.js';
import { PopularityHandlers } from './popularity/popularity.handlers.js';
import { ErasureHandlers } from './erasure/erasure.handlers.js';

@Module({
  controllers: [ListingHandlers, InstallHandlers, PopularityHandlers, ErasureHandlers],
  providers: [ListingRepository, VocabularyRepository, BrowseApps, InstalledApps],
})
export class MarketplaceModule {}
