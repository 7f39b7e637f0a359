import { registry } from '@skep/contracts/registry';
import { Aggregate } from '@skep/platform';
import { BrowseApps } from './browse-apps.js';
import { DelistingEntity } from './delisting.entity.js';
import { InstalledApps } from './installed-apps.js';
import { ListingEntity } from './listing.entity.js';
import { ListingHandlers } from './listing.handlers.js';
import { ListingRepository } from './listing.repository.js';
import { VocabularyEntity } from './vocabulary.entity.js';
import { VocabularyRepository } from './vocabulary.repository.js';

@Aggregate({
  entities: [ListingEntity, DelistingEntity, VocabularyEntity],
  handlers: [ListingHandlers],
  providers: [ListingRepository, VocabularyRepository, BrowseApps, InstalledApps],
  exports: [ListingRepository],
  calls: [registry.listInstalledApps],
})
export class ListingModule {}
