import { agent } from '@skep/contracts/agent';
import { Aggregate, keepForEver } from '@skep/platform';
import { ModelModule } from '../model/model.module.js';
import { PersonModule } from '../person/person.module.js';
import { PlanModule } from '../plan/plan.module.js';
import { RaceModule } from '../race/race.module.js';
import { SourceModule } from '../source/source.module.js';
import { Candidates } from './candidates.js';
import { DiscoverRaces } from './discover-races.js';
import { RankByModel } from './rank-by-model.js';
import { RecommendationRunHandlers } from './recommendation-run.js';
import { RecommendationEntity } from './recommendation.entity.js';
import { RecommendationHandlers } from './recommendation.handlers.js';
import { RecommendationRepository } from './recommendation.repository.js';

@Aggregate({
  imports: [ModelModule, PersonModule, PlanModule, RaceModule, SourceModule],
  entities: [RecommendationEntity],
  handlers: [RecommendationHandlers, RecommendationRunHandlers],
  providers: [Candidates, DiscoverRaces, RankByModel, RecommendationRepository],
  calls: [agent.searchWeb],
  retention: [keepForEver(RecommendationEntity, 'until the user is erased')],
})
export class RecommendationModule {}
