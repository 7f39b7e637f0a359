import { UserNotFound } from '../auth/account.js';
import { PersonRef } from '../auth/scope.js';
import { IDS } from '../common.js';
import { event, operation } from '../define.js';
import { Bool, Int, Shape, Text } from '../fields.js';

@Shape('What was cleared.')
export class ConversationReset {
  @Text(IDS.user) user_id!: string;
  @Text({ description: 'Always `reset`.', example: 'reset' }) status!: string;
  @Int({ description: 'Number of messages, skeleton sections and cached values that were deleted.', example: 12 })
  redis_keys_deleted!: number;
  @Bool({ description: 'Whether calls waited for a confirmation, which are now cancelled.', example: false }) workflow_terminated!: boolean;
}

@Shape('An administrator reset the conversation of a user.')
export class ConversationWasReset {
  @Text(IDS.user) user_id!: string;
  @Text(IDS.tenant) tenant_id!: string;
}

export const conversationMembers = {
  resetConversation: operation('Reset the conversation of a user', {
    description:
      'Deletes the messages of apps, what apps keep of the conversation (skeleton sections, cached values), and cancels calls that wait for a confirmation. Documents, files, tasks and actions stay. The user gets an event `conversation.reset`.',
    input: PersonRef,
    output: ConversationReset,
    problems: [UserNotFound],
    scope: 'admin:users:write',
    spansCalls: true,
  }),

  conversationWasReset: event(ConversationWasReset),
};
