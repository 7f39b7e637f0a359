import { Module } from '@nestjs/common';
import { ActionHandlers } from './actions/action.handlers.js';
import { ActionRepository } from './actions/action.repository.js';
import { Ai } from './ai/ai.js';
import { AutomationHandlers } from './automations/automation.handlers.js';
import { AutomationRepository } from './automations/automation.repository.js';
import { Apps } from './call/apps.js';
import { CallBatch } from './call/call-batch.js';
import { CallFunction } from './call/call-function.js';
import { CallRecorder } from './call/call-recorder.js';
import { CallHandlers } from './call/call.handlers.js';
import { Charging } from './call/charging.js';
import { UnderWay } from './call/under-way.js';
import { Unlimited } from './call/unlimited.js';
import { CheckHandlers } from './check/check.handlers.js';
import { SmokeIr } from './check/smoke-ir.js';
import { FeedHandlers } from './feed/feed.handlers.js';
import { FeedRepository } from './feed/feed.repository.js';
import { NewsOfOthersHandlers } from './feed/news-of-others.handlers.js';
import { Sequencer } from './feed/sequencer.js';
import { DocumentHandlers } from './store/document.handlers.js';
import { DocumentRepository } from './store/document.repository.js';
import { StorageLimits } from './store/storage-limits.js';
import { PersonHandlers } from './person/person.handlers.js';

@Module({
  controllers: [
    CallHandlers,
    DocumentHandlers,
    CheckHandlers,
    ActionHandlers,
    FeedHandlers,
    NewsOfOthersHandlers,
    AutomationHandlers,
    PersonHandlers,
  ],
  providers: [
    CallFunction,
    CallBatch,
    CallRecorder,
    Charging,
    UnderWay,
    Unlimited,
    Apps,
    Ai,
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
