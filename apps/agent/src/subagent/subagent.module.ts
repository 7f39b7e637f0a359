import { Aggregate, keep } from '@skep/platform';
import { ConversationModule } from '../conversation/conversation.module.js';
import { ToolModule } from '../tool/tool.module.js';
import { TurnModule } from '../turn/turn.module.js';
import { SubagentEntity } from './subagent.entity.js';
import { SubagentHandlers } from './subagent.handlers.js';
import { Subagents } from './subagents.js';
import { SubagentTools } from './subagent-tools.js';

@Aggregate({
  imports: [ConversationModule, ToolModule, TurnModule],
  entities: [SubagentEntity],
  handlers: [SubagentHandlers],
  providers: [Subagents, SubagentTools],
  retention: [keep(SubagentEntity, '90 days', { after: 'created_at' })],
})
export class SubagentModule {}
