import { Aggregate, keepForEver } from '@skep/platform';
import { HealthModule } from '../health/health.module.js';
import { ModelModule } from '../model/model.module.js';
import { PersonModule } from '../person/person.module.js';
import { DrawChart } from './draw-chart.js';
import { FindRows } from './find-rows.js';
import { QuestionEntity } from './question.entity.js';
import { QuestionHandlers } from './question.handlers.js';
import { QuestionRepository } from './question.repository.js';
import { QuestionRunHandlers } from './question-run.handlers.js';
import { Reader } from './reader.js';

@Aggregate({
  imports: [HealthModule, ModelModule, PersonModule],
  entities: [QuestionEntity],
  handlers: [QuestionHandlers, QuestionRunHandlers],
  providers: [DrawChart, FindRows, QuestionRepository, Reader],
  retention: [keepForEver(QuestionEntity, 'until the user is erased')],
})
export class QuestionModule {}
