import { Aggregate, keep, keepForEver } from '@skep/platform';
import { ConversationModule } from '../conversation/conversation.module.js';
import { ListenerModule } from '../socket/listener.module.js';
import { CodingInstructionEntity } from './coding-instruction.entity.js';
import { CodingSessionEntity } from './coding-session.entity.js';
import { CodingSessionRepository } from './coding-session.repository.js';
import { Instructions } from './instructions.js';
import { Requests } from './requests.js';
import { TaskLog } from './task-log.js';
import { Terminals } from './terminals.js';

/** What a turn needs of a coding session. */
@Aggregate({
  imports: [ConversationModule, ListenerModule],
  entities: [CodingInstructionEntity, CodingSessionEntity],
  providers: [CodingSessionRepository, Instructions, Requests, TaskLog, Terminals],
  exports: [CodingSessionRepository, Instructions, Requests, Terminals],
  retention: [
    keep(CodingInstructionEntity, '7 days', { after: 'created_at' }),
    keepForEver(CodingSessionEntity, 'until their person has 500 newer ones, or is erased'),
  ],
})
export class TerminalModule {}
