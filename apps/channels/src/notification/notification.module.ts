import { auth } from '@skep/contracts/auth';
import { kernel } from '@skep/contracts/kernel';
import { registry } from '@skep/contracts/registry';
import { Aggregate, keep } from '@skep/platform';
import { PreferenceModule } from '../preference/preference.module.js';
import { DeliveryHandlers } from './delivery.handlers.js';
import { NotificationEntity } from './notification.entity.js';
import { NotificationHandlers } from './notification.handlers.js';
import { NotificationRepository } from './notification.repository.js';
import { NotifyUser } from './notify.js';

@Aggregate({
  imports: [PreferenceModule],
  entities: [NotificationEntity],
  handlers: [NotificationHandlers, DeliveryHandlers],
  providers: [NotificationRepository, NotifyUser],
  retention: [keep(NotificationEntity, '90 days', { after: 'created_at' })],
  exports: [NotificationRepository, NotifyUser],
  calls: [auth.describeUser, kernel.getUserSettings, kernel.publishEvent, registry.resolveCall],
})
export class NotificationModule {}
