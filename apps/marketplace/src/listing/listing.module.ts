import { registry } from '@skep/contracts/registry';
import { Aggregate, keepUntil } from '@skep/platform';
import { BrowseApps } from './browse-apps.js';
import { CategorySizeEntity } from './category-size.entity.js';
import { CategorySizes } from './category-sizes.js';
import { DelistingEntity } from './delisting.entity.js';
import { InstalledApps } from './installed-apps.js';
import { IconUrls } from './icon-urls.js';
import { ListingPages } from './listing-pages.js';
import { ListingEntity } from './listing.entity.js';
import { ListingHandlers } from './listing.handlers.js';
import { ListingRepository } from './listing.repository.js';
import { VocabularyEntity } from './vocabulary.entity.js';
import { VocabularyRepository } from './vocabulary.repository.js';

@Aggregate({
  entities: [ListingEntity, DelistingEntity, CategorySizeEntity, VocabularyEntity],
  handlers: [ListingHandlers],
  providers: [ListingRepository, ListingPages, CategorySizes, IconUrls, VocabularyRepository, BrowseApps, InstalledApps],
  retention: [keepUntil(VocabularyEntity, 'after no listing contains the word', { by: 'remove_unused_words', period: '1 day' })],
  exports: [ListingRepository, CategorySizes],
  calls: [registry.listInstalledApps],
})
export class ListingModule {}
