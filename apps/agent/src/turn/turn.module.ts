import { models } from '@skep/contracts/models';
import { Aggregate } from '@skep/platform';
import { AgentModule } from '../agent/agent.module.js';
import { TerminalModule } from '../coding-session/terminal.module.js';
import { ConversationModule } from '../conversation/conversation.module.js';
import { ListenerModule } from '../socket/listener.module.js';
import { RuntimeModule } from '../runtime/runtime.module.js';
import { SkillModule } from '../skills/skill.module.js';
import { ToolModule } from '../tool/tool.module.js';
import { WorkspaceModule } from '../workspace/workspace.module.js';
import { AskModel } from './ask-model.js';
import { ChatClients } from './chat-clients.js';
import { ChatHandlers } from './chat.handlers.js';
import { Compaction } from './compaction.js';
import { Contexts } from './context.js';
import { TurnEnds } from './turn-ends.js';
import { MESSAGE_TRACES } from './turn-traces.js';
import { TurnHandlers } from './turn.handlers.js';
import { Turns } from './turns.js';
import { UnattendedHandlers } from './unattended.handlers.js';
import { UseTools } from './use-tools.js';

@Aggregate({
  imports: [AgentModule, ConversationModule, ListenerModule, RuntimeModule, SkillModule, TerminalModule, ToolModule, WorkspaceModule],
  traces: [MESSAGE_TRACES],
  handlers: [ChatHandlers, TurnHandlers, UnattendedHandlers],
  providers: [AskModel, ChatClients, Compaction, Contexts, TurnEnds, Turns, UseTools],
  exports: [TurnEnds, Turns],
  calls: [models.buyCodingCompletion, models.buyCompletion, models.stopCompletion],
})
export class TurnModule {}
