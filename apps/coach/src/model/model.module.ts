import { models } from '@skep/contracts/models';
import { Aggregate, keep } from '@skep/platform';
import { AskModel } from './ask-model.js';
import { SpendingEntity } from './spending.entity.js';
import { Spending } from './spending.js';

@Aggregate({
  entities: [SpendingEntity],
  providers: [AskModel, Spending],
  exports: [AskModel],
  calls: [models.buyCompletion, models.complete, models.listModelProviders],
  retention: [keep(SpendingEntity, '400 days', { after: 'created_at' })],
})
export class ModelModule {}
