import { billing } from '@skep/contracts/billing';
import { Aggregate, keep } from '@skep/platform';
import { CollectionPages } from './collection-pages.js';
import { CollectionRepository } from './collection.repository.js';
import { DocumentEntity } from './document.entity.js';
import { DocumentHandlers } from './document.handlers.js';
import { DocumentRepository } from './document.repository.js';
import { StorageLimits } from './storage-limits.js';
import { StorageUsageEntity } from './storage-usage.entity.js';

@Aggregate({
  entities: [DocumentEntity, StorageUsageEntity],
  handlers: [DocumentHandlers],
  providers: [DocumentRepository, CollectionRepository, CollectionPages, StorageLimits],
  retention: [keep(DocumentEntity, '7 days', { after: 'deleted_at' })],
  exports: [DocumentRepository, StorageLimits],
  calls: [billing.getStorageLimit],
  listens: [billing.subscriptionChanged],
})
export class StoreModule {}
