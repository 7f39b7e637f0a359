import { Aggregate, keepForEver } from '@skep/platform';
import { RaceModule } from '../race/race.module.js';
import { UserEventEntity } from './user-event.entity.js';
import { UserEventHandlers } from './user-event.handlers.js';
import { UserEventRepository } from './user-event.repository.js';

@Aggregate({
  imports: [RaceModule],
  entities: [UserEventEntity],
  handlers: [UserEventHandlers],
  providers: [UserEventRepository],
  exports: [UserEventRepository],
  retention: [keepForEver(UserEventEntity, 'the history of a person')],
})
export class PlanModule {}
