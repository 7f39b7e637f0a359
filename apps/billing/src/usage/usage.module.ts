import { kernel } from '@skep/contracts/kernel';
import { Aggregate, keep } from '@skep/platform';
import { WalletModule } from '../wallet/wallet.module.js';
import { UsageCounterEntity } from './usage-counter.entity.js';
import { UsageEventEntity } from './usage-event.entity.js';
import { UsageHandlers } from './usage.handlers.js';
import { UsageRepository } from './usage.repository.js';

@Aggregate({
  imports: [WalletModule],
  entities: [UsageCounterEntity, UsageEventEntity],
  handlers: [UsageHandlers],
  providers: [UsageRepository],
  retention: [
    keep(UsageCounterEntity, '400 days', { after: 'month' }),
    // Longer than any service repeats an event.
    keep(UsageEventEntity, '40 days', { after: 'created_at' }),
  ],
  calls: [kernel.getStorageUsage],
})
export class UsageModule {}
