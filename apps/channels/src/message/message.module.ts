import { agent } from '@skep/contracts/agent';
import { Aggregate, keep } from '@skep/platform';
import { BridgeModule } from '../bridge/bridge.module.js';
import { SessionModule } from '../session/session.module.js';
import { AnswerMessageHandlers } from './answer-message.handlers.js';
import { ChatMessageEntity } from './chat-message.entity.js';
import { ChatMessageRepository } from './chat-message.repository.js';
import { InboxHandlers } from './inbox.handlers.js';
import { OutgoingMessages } from './outgoing-messages.js';
import { ReferenceHandlers } from './reference.handlers.js';
import { Reply } from './reply.js';
import { SendMessageHandlers } from './send-message.handlers.js';

@Aggregate({
  imports: [BridgeModule, SessionModule],
  entities: [ChatMessageEntity],
  handlers: [AnswerMessageHandlers, InboxHandlers, ReferenceHandlers, SendMessageHandlers],
  providers: [ChatMessageRepository, OutgoingMessages, Reply],
  exports: [ChatMessageRepository, OutgoingMessages],
  retention: [keep(ChatMessageEntity, '90 days', { after: 'created_at' })],
  calls: [agent.sayUnattended, agent.waitForTurn],
})
export class MessageModule {}
