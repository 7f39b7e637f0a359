import { kernel } from '@skep/contracts/kernel';
import { type Env, runProcess, serve, type Service } from '@skep/platform';
import { ActionEntity } from './actions/action.entity.js';
import { AutomationEntity } from './automations/automation.entity.js';
import { FeedCounterEntity, FeedEventEntity } from './feed/feed-event.entity.js';
import { KernelConfig } from './kernel.config.js';
import { KernelModule } from './kernel.module.js';
import { Baseline1763769600600 } from './migrations/1-baseline.js';
import { DocumentEntity } from './store/document.entity.js';
import { StorageUsageEntity } from './store/storage-usage.entity.js';

export const service: Service = {
  name: 'kernel',
  contract: kernel,
  config: KernelConfig,
  module: KernelModule,
  entities: [DocumentEntity, StorageUsageEntity, ActionEntity, FeedEventEntity, FeedCounterEntity, AutomationEntity],
  tenantScoped: true,
  migrations: [Baseline1763769600600],
  sql: new URL('../sql/', import.meta.url),
};

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await runProcess(start);
