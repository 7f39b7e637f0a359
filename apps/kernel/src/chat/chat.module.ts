import { auth } from '@skep/contracts/auth';
import { Aggregate } from '@skep/platform';
import { CallModule } from '../call/call.module.js';
import { FeedModule } from '../feed/feed.module.js';
import { ChatHandlers } from './chat.handlers.js';

@Aggregate({ imports: [CallModule, FeedModule], handlers: [ChatHandlers], calls: [auth.describeUser] })
export class ChatModule {}
