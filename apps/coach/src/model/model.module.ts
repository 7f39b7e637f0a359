import { models } from '@skep/contracts/models';
import { Aggregate, keep } from '@skep/platform';
import { AskModel } from './ask-model.js';
import { FirstRequests } from './first-requests.js';
import { ModelRequestEntity } from './model-request.entity.js';
import { SpendingEntity } from './spending.entity.js';
import { Spending } from './spending.js';

@Aggregate({
  entities: [ModelRequestEntity, SpendingEntity],
  providers: [AskModel, FirstRequests, Spending],
  exports: [AskModel],
  calls: [models.buyCompletion, models.complete, models.listModelProviders],
  retention: [keep(ModelRequestEntity, '48 hours', { after: 'created_at' }), keep(SpendingEntity, '400 days', { after: 'created_at' })],
})
export class ModelModule {}
