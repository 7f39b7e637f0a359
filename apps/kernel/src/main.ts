import { kernel } from '@skep/contracts';
import { type Env, runProcess, serve, type Service } from '@skep/platform';
import { ActionEntity } from './actions/action.entity.js';
import { AutomationEntity } from './automations/automation.entity.js';
import { FeedCounterEntity, FeedEventEntity } from './feed/feed-event.entity.js';
import { KernelConfig } from './kernel.config.js';
import { KernelModule } from './kernel.module.js';
import { Store1763769600600 } from './migrations/1-store.js';
import { Actions1763769600601 } from './migrations/2-actions.js';
import { Feed1763769600602 } from './migrations/3-feed.js';
import { Automations1763769600603 } from './migrations/4-automations.js';
import { CallPrices1763769600604 } from './migrations/5-call-prices.js';
import { Sequencing1763769600605 } from './migrations/6-sequencing.js';
import { DocumentEntity } from './store/document.entity.js';
import { StorageUsageEntity } from './store/storage-usage.entity.js';

export const service: Service = {
  name: 'kernel',
  contract: kernel,
  config: KernelConfig,
  module: KernelModule,
  entities: [DocumentEntity, StorageUsageEntity, ActionEntity, FeedEventEntity, FeedCounterEntity, AutomationEntity],
  tenantScoped: true,
  migrations: [
    Store1763769600600,
    Actions1763769600601,
    Feed1763769600602,
    Automations1763769600603,
    CallPrices1763769600604,
    Sequencing1763769600605,
  ],
};

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await runProcess(start);
