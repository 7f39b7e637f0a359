import { LimitOffset } from '../common.js';
import { events, operation, page } from '../define.js';
import { Shape, Text } from '../fields.js';
import { AgentNotFound } from './agent.js';
import { SAID_MAX, TURN_EVENTS, TurnOptions } from './chat.js';
import { ChatMessage, Conversation, ConversationNotFound, ConversationRef, messageId, MessageNotFound } from './conversation.js';

@Shape('Other words for something that you have said.')
export class EditChat extends TurnOptions {
  @Text({ max: 200, ...messageId, description: 'What you have said before.' }) message_id!: string;
  @Text({ min: 1, max: SAID_MAX, description: 'What you say instead.', example: 'When do I sow peas?' }) content!: string;
}

@Shape('Selects a branch of a conversation.')
export class SelectBranch extends ConversationRef {
  @Text({ max: 200, ...messageId, description: 'A message of the branch.' }) message_id!: string;
}

@Shape('Which versions to return.')
export class ListVersions extends LimitOffset {
  @Text({ max: 200, description: 'Id of the conversation.', example: '7b0a4a52-2f0e-4c6c-9a53-5f7f0a8ed201' }) conversation_id!: string;
}

const SCOPE = 'agent:use';

export const branchMembers = {
  editChat: operation('Say something else instead', {
    description:
      'Begins a branch with the new words, and streams the answer. What was said from there on stays on the former branch. A turn in progress is cancelled.',
    input: EditChat,
    output: events(TURN_EVENTS),
    scope: SCOPE,
    problems: [ConversationNotFound, AgentNotFound, MessageNotFound],
  }),
  listVersions: operation('List the versions of messages', {
    description:
      'Messages that were edited or answered again, with their other versions, oldest first. Versions of one message have the same `parent_id`.',
    input: ListVersions,
    output: page(ChatMessage),
    scope: SCOPE,
    problems: [ConversationNotFound],
  }),
  selectBranch: operation('Continue another branch', {
    description: 'The branch through a message, with the newest version of each that follows. It is then shown and continued.',
    input: SelectBranch,
    output: Conversation,
    scope: SCOPE,
    problems: [ConversationNotFound, MessageNotFound],
  }),
};
