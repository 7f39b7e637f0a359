import { Aggregate, keep, keepForEver } from '@skep/platform';
import { HappeningModule } from '../happening/happening.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { Deliveries } from './deliveries.js';
import { WebhookEntity } from './webhook.entity.js';
import { WebhookEventEntity } from './webhook-event.entity.js';
import { WebhookHandlers } from './webhook.handlers.js';
import { WebhookRepository } from './webhook.repository.js';

@Aggregate({
  imports: [HappeningModule, QueueModule],
  entities: [WebhookEntity, WebhookEventEntity],
  handlers: [WebhookHandlers],
  providers: [Deliveries, WebhookRepository],
  retention: [
    keepForEver(WebhookEntity, 'until deleted, or until their user is erased'),
    keep(WebhookEventEntity, '7 days', { after: 'created_at' }),
  ],
})
export class WebhookModule {}
