import { auth } from '@skep/contracts/auth';
import { Aggregate } from '@skep/platform';
import { ConfirmationModule } from '../confirmation/confirmation.module.js';
import { FeedModule } from '../feed/feed.module.js';
import { ConversationHandlers } from './conversation.handlers.js';

/** What the kernel keeps of a user's conversation with their assistant: rows of other aggregates. */
@Aggregate({ imports: [ConfirmationModule, FeedModule], handlers: [ConversationHandlers], calls: [auth.describeUser] })
export class ConversationModule {}
