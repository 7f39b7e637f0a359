import { Aggregate, keep } from '@skep/platform';
import { ChatSessionEntity } from './chat-session.entity.js';
import { ChatSessionRepository } from './chat-session.repository.js';

@Aggregate({
  entities: [ChatSessionEntity],
  providers: [ChatSessionRepository],
  exports: [ChatSessionRepository],
  retention: [keep(ChatSessionEntity, '365 days', { after: 'last_activity' })],
})
export class SessionModule {}
