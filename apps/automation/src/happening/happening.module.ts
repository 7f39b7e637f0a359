import { channels } from '@skep/contracts/channels';
import { Aggregate, keep } from '@skep/platform';
import { JobModule } from '../job/job.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { ChatMessages } from './chat-messages.js';
import { EventRuleHandlers } from './event-rule.handlers.js';
import { HappeningEntity } from './happening.entity.js';
import { HappeningHandlers } from './happening.handlers.js';
import { Happenings } from './happenings.js';

@Aggregate({
  imports: [JobModule, QueueModule],
  entities: [HappeningEntity],
  handlers: [EventRuleHandlers, HappeningHandlers],
  providers: [ChatMessages, Happenings],
  exports: [Happenings],
  calls: [channels.getInboxMessage],
  retention: [keep(HappeningEntity, '7 days', { after: 'created_at' })],
})
export class HappeningModule {}
