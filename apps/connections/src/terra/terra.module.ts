import { auth } from '@skep/contracts/auth';
import { Aggregate, keep } from '@skep/platform';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { HealthModule } from '../health/health.module.js';
import { ReceiveTerra } from './receive-terra.js';
import { KeepTerraData } from './keep-terra-data.js';
import { TerraSignature } from './terra-signature.js';
import { TerraWebhookEntity } from './terra-webhook.entity.js';
import { TerraHandlers } from './terra.handlers.js';

@Aggregate({
  imports: [DeliveryModule, HealthModule],
  entities: [TerraWebhookEntity],
  handlers: [TerraHandlers],
  providers: [KeepTerraData, ReceiveTerra, TerraSignature],
  // Terra repeats a delivery for a week at most.
  retention: [keep(TerraWebhookEntity, '15 days', { after: 'received_at' })],
  calls: [auth.getTenantOfUser],
})
export class TerraModule {}
