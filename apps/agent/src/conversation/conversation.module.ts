import { Aggregate, keepForEver } from '@skep/platform';
import { BranchRepository } from './branch.repository.js';
import { ConversationEntity } from './conversation.entity.js';
import { ConversationHandlers } from './conversation.handlers.js';
import { ConversationRepository } from './conversation.repository.js';
import { ExportConversation } from './export-conversation.js';
import { MessageEntity } from './message.entity.js';
import { ShareHandlers } from './share.handlers.js';
import { Shares } from './shares.js';
import { SummaryEntity } from './summary.entity.js';
import { SummaryRepository } from './summary.repository.js';
import { Transcripts } from './transcripts.js';

@Aggregate({
  entities: [ConversationEntity, MessageEntity, SummaryEntity],
  handlers: [ConversationHandlers, ShareHandlers],
  providers: [BranchRepository, ConversationRepository, ExportConversation, Shares, SummaryRepository, Transcripts],
  exports: [BranchRepository, ConversationRepository, SummaryRepository],
  retention: [
    keepForEver(ConversationEntity, 'until deleted, or until their user is erased'),
    keepForEver(MessageEntity, 'until their conversation is deleted'),
    keepForEver(SummaryEntity, 'until their conversation is deleted'),
  ],
})
export class ConversationModule {}
