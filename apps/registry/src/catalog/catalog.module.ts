import { models } from '@skep/contracts/models';
import { Aggregate, keepForEver } from '@skep/platform';
import { CatalogHandlers } from './catalog.handlers.js';
import { CatalogRepository } from './catalog.repository.js';
import { CatalogToolEntity } from './catalog-tool.entity.js';
import { CatalogTools } from './catalog-tools.js';
import { EmbeddingHandlers } from './embedding.js';
import { SearchCatalog } from './search-catalog.js';

@Aggregate({
  entities: [CatalogToolEntity],
  handlers: [CatalogHandlers, EmbeddingHandlers],
  providers: [CatalogRepository, CatalogTools, SearchCatalog],
  exports: [CatalogTools],
  calls: [models.embed],
  retention: [keepForEver(CatalogToolEntity, 'one row per function of a live release')],
})
export class CatalogModule {}
