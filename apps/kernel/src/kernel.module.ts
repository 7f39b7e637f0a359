import { billing } from '@skep/contracts/billing';
import { BUILTIN_OPERATIONS } from '@skep/contracts/builtins';
import { registry } from '@skep/contracts/registry';
import { Aggregate } from '@skep/platform';
import { ActionHandlers } from './actions/action.handlers.js';
import { ActionRepository } from './actions/action.repository.js';
import { LanguageModel } from './ai/language-model.js';
import { AutomationHandlers } from './automations/automation.handlers.js';
import { AutomationRepository } from './automations/automation.repository.js';
import { AppResolver } from './call/app-resolver.js';
import { CallFunctions } from './call/call-functions.js';
import { CallFunction } from './call/call-function.js';
import { CallRecorder } from './call/call-recorder.js';
import { CallHandlers } from './call/call.handlers.js';
import { Charging } from './call/charging.js';
import { CallLimiter } from './call/call-limiter.js';
import { UnlimitedUsers } from './call/unlimited-users.js';
import { CheckHandlers } from './check/check.handlers.js';
import { SmokeIr } from './check/smoke-ir.js';
import { FeedHandlers } from './feed/feed.handlers.js';
import { FeedRepository } from './feed/feed.repository.js';
import { FeedProjectionHandlers } from './feed/feed-projection.handlers.js';
import { Sequencer } from './feed/sequencer.js';
import { DocumentHandlers } from './store/document.handlers.js';
import { DocumentRepository } from './store/document.repository.js';
import { StorageLimits } from './store/storage-limits.js';
import { ErasureHandlers } from './erasure/erasure.handlers.js';

import { ActionEntity } from './actions/action.entity.js';
import { AutomationEntity } from './automations/automation.entity.js';
import { FeedCounterEntity, FeedEventEntity } from './feed/feed-event.entity.js';
import { DocumentEntity } from './store/document.entity.js';
import { StorageUsageEntity } from './store/storage-usage.entity.js';
@Aggregate({
  entities: [DocumentEntity, StorageUsageEntity, ActionEntity, FeedEventEntity, FeedCounterEntity, AutomationEntity],
  outgoing: ['language models'],
  calls: [
    ...BUILTIN_OPERATIONS,
    billing.admitCall,
    billing.captureHold,
    billing.getStorageLimit,
    billing.releaseHold,
    registry.getRelease,
    registry.resolveCall,
  ],
  listens: [billing.subscriptionChanged],
  handlers: [
    CallHandlers,
    DocumentHandlers,
    CheckHandlers,
    ActionHandlers,
    FeedHandlers,
    FeedProjectionHandlers,
    AutomationHandlers,
    ErasureHandlers,
  ],
  providers: [
    CallFunction,
    CallFunctions,
    CallRecorder,
    Charging,
    CallLimiter,
    UnlimitedUsers,
    AppResolver,
    LanguageModel,
    SmokeIr,
    DocumentRepository,
    StorageLimits,
    ActionRepository,
    FeedRepository,
    Sequencer,
    AutomationRepository,
  ],
})
export class KernelModule {}
