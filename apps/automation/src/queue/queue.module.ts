import { agent } from '@skep/contracts/agent';
import { Aggregate, keep } from '@skep/platform';
import { ExecutionModule } from '../execution/execution.module.js';
import { JobModule } from '../job/job.module.js';
import { CallWebhook } from './call-webhook.js';
import { Perform } from './perform.js';
import { Queue } from './queue.js';
import { QueueHandlers } from './queue.handlers.js';
import { QueueJobEntity } from './queue-job.entity.js';
import { RunAgent } from './run-agent.js';

@Aggregate({
  imports: [ExecutionModule, JobModule],
  entities: [QueueJobEntity],
  handlers: [QueueHandlers],
  providers: [CallWebhook, Perform, Queue, RunAgent],
  exports: [Queue],
  retention: [keep(QueueJobEntity, '30 days', { after: 'created_at' })],
  calls: [agent.createConversation, agent.sayUnattended, agent.waitForTurn],
})
export class QueueModule {}
