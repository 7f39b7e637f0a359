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
import { ServerHandlers } from './server.handlers.js';
import { ServerRepository } from './server.repository.js';
import { Showcase } from './showcase.js';
import { ListingVersionEntity } from './listing-version.entity.js';
import { VersionHandlers } from './version.handlers.js';
import { VersionRepository } from './version.repository.js';
import { VocabularyEntity } from './vocabulary.entity.js';
import { VocabularyRepository } from './vocabulary.repository.js';

@Aggregate({
  entities: [ListingEntity, DelistingEntity, CategorySizeEntity, VocabularyEntity, ListingVersionEntity],
  handlers: [ListingHandlers, VersionHandlers, ServerHandlers],
  providers: [
    ListingRepository,
    ListingPages,
    CategorySizes,
    IconUrls,
    VocabularyRepository,
    VersionRepository,
    ServerRepository,
    BrowseApps,
    InstalledApps,
    Showcase,
  ],
  retention: [keepUntil(VocabularyEntity, 'after no listing contains the word', { by: 'remove_unused_words', period: '1 day' })],
  exports: [ListingRepository, CategorySizes, InstalledApps],
  calls: [registry.listInstalledApps],
})
export class ListingModule {}
