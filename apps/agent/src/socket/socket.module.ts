import { Aggregate } from '@skep/platform';
import { ConversationModule } from '../conversation/conversation.module.js';
import { TurnModule } from '../turn/turn.module.js';
import { ListenerModule } from './listener.module.js';
import { NoticeHandlers } from './notice.handlers.js';
import { SocketHandlers } from './socket.handlers.js';

@Aggregate({ imports: [ConversationModule, ListenerModule, TurnModule], handlers: [NoticeHandlers, SocketHandlers] })
export class SocketModule {}
