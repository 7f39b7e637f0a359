import { Aggregate, keep } from '@skep/platform';
import { NotificationModule } from '../notification/notification.module.js';
import { OutboundModule } from '../outbound/outbound.module.js';
import { DeviceHandlers } from './device.handlers.js';
import { DeviceTokenEntity } from './device-token.entity.js';
import { DeviceTokenRepository } from './device-token.repository.js';
import { FirebaseMessaging } from './firebase-messaging.js';

@Aggregate({
  imports: [NotificationModule, OutboundModule],
  entities: [DeviceTokenEntity],
  handlers: [DeviceHandlers],
  providers: [DeviceTokenRepository, FirebaseMessaging],
  exports: [DeviceTokenRepository],
  // Firebase forgets tokens of Android after this time, too.
  retention: [keep(DeviceTokenEntity, '270 days', { after: 'last_seen_at' })],
  outgoing: ['Firebase'],
})
export class DeviceModule {}
