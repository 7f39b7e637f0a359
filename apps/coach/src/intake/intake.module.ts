import { Aggregate, keepForEver } from '@skep/platform';
import { ModelModule } from '../model/model.module.js';
import { PersonModule } from '../person/person.module.js';
import { SourceModule } from '../source/source.module.js';
import { IntakeEntity } from './intake.entity.js';
import { IntakeHandlers } from './intake.handlers.js';
import { IntakeRepository } from './intake.repository.js';
import { IntakeTurnEntity } from './intake-turn.entity.js';
import { TakeTurn } from './take-turn.js';

@Aggregate({
  imports: [ModelModule, PersonModule, SourceModule],
  entities: [IntakeEntity, IntakeTurnEntity],
  handlers: [IntakeHandlers],
  providers: [IntakeRepository, TakeTurn],
  retention: [keepForEver(IntakeTurnEntity, 'until the user is erased')],
})
export class IntakeModule {}
