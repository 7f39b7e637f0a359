import { runOperations } from '@skep/contracts';
import { Aggregate, keep, keepForEver } from '@skep/platform';
import { CheckInModule } from '../check-in/check-in.module.js';
import { HealthModule } from '../health/health.module.js';
import { ModelModule } from '../model/model.module.js';
import { PersonModule } from '../person/person.module.js';
import { PlanModule } from '../plan/plan.module.js';
import { SourceModule } from '../source/source.module.js';
import { BoardContext } from './board-context.js';
import { BoardEntity } from './board.entity.js';
import { BoardHandlers } from './board.handlers.js';
import { BoardRatingEntity } from './board-rating.entity.js';
import { BoardReplyEntity } from './board-reply.entity.js';
import { BoardRepository } from './board.repository.js';
import { BoardRequestEntity } from './board-request.entity.js';
import { GenerateBoardHandlers } from './generate-board.handlers.js';
import { ReplyToBoard } from './reply-to-board.js';
import { ShownBoards } from './shown-boards.js';
import { StartBoard } from './start-board.js';
import { TrainingRepository } from './training.repository.js';

@Aggregate({
  imports: [CheckInModule, HealthModule, ModelModule, PersonModule, PlanModule, SourceModule],
  entities: [BoardEntity, BoardRatingEntity, BoardReplyEntity, BoardRequestEntity],
  handlers: [BoardHandlers, GenerateBoardHandlers],
  providers: [BoardContext, BoardRepository, ReplyToBoard, ShownBoards, StartBoard, TrainingRepository],
  // It reads the events of its own runs.
  calls: [runOperations('coach').getRun],
  retention: [
    keepForEver(BoardEntity, 'until the user is erased'),
    keepForEver(BoardRatingEntity, 'until the user is erased'),
    keepForEver(BoardReplyEntity, 'until the user is erased'),
    keep(BoardRequestEntity, '90 days', { after: 'created_at' }),
  ],
})
export class BoardModule {}
