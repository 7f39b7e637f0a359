import { Aggregate, keepForEver } from '@skep/platform';
import { NotificationModule } from '../notification/notification.module.js';
import { OutboundModule } from '../outbound/outbound.module.js';
import { PushClient } from './push-client.js';
import { PushHandlers } from './push.handlers.js';
import { PushSubscriptionEntity } from './push-subscription.entity.js';
import { PushSubscriptionRepository } from './push-subscription.repository.js';
import { VapidKeyEntity } from './vapid-key.entity.js';
import { VapidKeys } from './vapid-keys.js';

@Aggregate({
  imports: [NotificationModule, OutboundModule],
  entities: [PushSubscriptionEntity, VapidKeyEntity],
  handlers: [PushHandlers],
  providers: [PushClient, PushSubscriptionRepository, VapidKeys],
  exports: [PushSubscriptionRepository],
  retention: [
    keepForEver(PushSubscriptionEntity, 'at most 20 per user, until their push service no longer knows them'),
    keepForEver(VapidKeyEntity, 'one row'),
  ],
  outgoing: ['push services'],
})
export class PushModule {}
