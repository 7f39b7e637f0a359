import { auth } from '@skep/contracts/auth';
import { Aggregate, keep } from '@skep/platform';
import { HealthModule } from '../health/health.module.js';
import { HealthDeliveryEntity } from './health-delivery.entity.js';
import { ReceiveTerra } from './receive-terra.js';
import { KeepTerraData } from './keep-terra-data.js';
import { TerraSignature } from './terra-signature.js';
import { TerraWebhookEntity } from './terra-webhook.entity.js';
import { TerraHandlers } from './terra.handlers.js';

@Aggregate({
  imports: [HealthModule],
  entities: [HealthDeliveryEntity, TerraWebhookEntity],
  handlers: [TerraHandlers],
  providers: [KeepTerraData, ReceiveTerra, TerraSignature],
  // Terra repeats a delivery for a week at most.
  retention: [
    keep(HealthDeliveryEntity, '8 days', { after: 'received_at' }),
    keep(TerraWebhookEntity, '15 days', { after: 'received_at' }),
  ],
  calls: [auth.getTenantOfUser],
})
export class TerraModule {}
