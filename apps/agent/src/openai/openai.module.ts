import { models } from '@skep/contracts/models';
import { Aggregate } from '@skep/platform';
import { AgentModule } from '../agent/agent.module.js';
import { ConversationModule } from '../conversation/conversation.module.js';
import { TurnModule } from '../turn/turn.module.js';
import { AnswerAsAgent } from './answer-as-agent.js';
import { AnswerQuestion } from './answer-question.js';
import { CreateChatCompletion } from './create-chat-completion.js';
import { CreateResponse } from './create-response.js';
import { OpenAiHandlers } from './openai.handlers.js';

@Aggregate({
  imports: [AgentModule, ConversationModule, TurnModule],
  handlers: [OpenAiHandlers],
  providers: [AnswerAsAgent, AnswerQuestion, CreateChatCompletion, CreateResponse],
  calls: [models.getUsageSummary, models.buyCompletion, models.embed, models.listProviderModels, models.listProviders],
})
export class OpenAiModule {}
