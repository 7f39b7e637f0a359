import { connections } from '@skep/contracts/connections';
import { Aggregate, keepForEver } from '@skep/platform';
import { HealthModule } from '../health/health.module.js';
import { ModelModule } from '../model/model.module.js';
import { PersonModule } from '../person/person.module.js';
import { InsightHandlers } from './insight.handlers.js';
import { InsightWordingEntity } from './insight-wording.entity.js';
import { ObservedRepository } from './observed.repository.js';
import { WordInsights } from './word-insights.js';

@Aggregate({
  imports: [HealthModule, ModelModule, PersonModule],
  entities: [InsightWordingEntity],
  handlers: [InsightHandlers],
  providers: [ObservedRepository, WordInsights],
  calls: [connections.getHealthProvider],
  retention: [keepForEver(InsightWordingEntity, 'until the user is erased')],
})
export class InsightModule {}
