import { kernel } from '@skep/contracts/kernel';
import { Aggregate } from '@skep/platform';
import { WalletModule } from '../wallet/wallet.module.js';
import { DeleteOldUsageEvents } from './delete-old-usage-events.js';
import { UsageCounterEntity } from './usage-counter.entity.js';
import { UsageEventEntity } from './usage-event.entity.js';
import { UsageHandlers } from './usage.handlers.js';
import { UsageRepository } from './usage.repository.js';

@Aggregate({
  imports: [WalletModule],
  entities: [UsageCounterEntity, UsageEventEntity],
  handlers: [UsageHandlers],
  providers: [UsageRepository, DeleteOldUsageEvents],
  calls: [kernel.getStorageUsage],
})
export class UsageModule {}
