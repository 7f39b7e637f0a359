import { Aggregate, keep } from '@skep/platform';
import { HealthModule } from '../health/health.module.js';
import { DeliveryHandlers } from './delivery.handlers.js';
import { HealthDeliveries } from './health-deliveries.js';
import { HealthDeliveryEntity } from './health-delivery.entity.js';

@Aggregate({
  imports: [HealthModule],
  entities: [HealthDeliveryEntity],
  handlers: [DeliveryHandlers],
  providers: [HealthDeliveries],
  exports: [HealthDeliveries],
  // Senders repeat a delivery for a week at most.
  retention: [keep(HealthDeliveryEntity, '8 days', { after: 'received_at' })],
})
export class DeliveryModule {}
