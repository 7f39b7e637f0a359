import { Aggregate } from '@skep/platform';
import { ConversationModule } from '../conversation/conversation.module.js';
import { ListenerModule } from '../socket/listener.module.js';
import { TurnModule } from '../turn/turn.module.js';
import { CodingRemoteHandlers } from './coding-remote.handlers.js';
import { CodingSessionHandlers } from './coding-session.handlers.js';
import { CodingSteps } from './coding-steps.js';
import { CodingTasks } from './coding-tasks.js';
import { Remotes } from './remotes.js';
import { TerminalModule } from './terminal.module.js';

@Aggregate({
  imports: [ConversationModule, ListenerModule, TerminalModule, TurnModule],
  handlers: [CodingRemoteHandlers, CodingSessionHandlers],
  providers: [CodingSteps, CodingTasks, Remotes],
})
export class CodingSessionModule {}
