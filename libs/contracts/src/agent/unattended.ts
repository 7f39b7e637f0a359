import { operation } from '../define.js';
import { Bool, type FieldDocs, List, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { Forbidden, problem } from '../problem.js';
import { AgentNotFound, toolNames } from './agent.js';
import { SAID_MAX } from './chat.js';
import { ConversationNotFound } from './conversation.js';

export const TURN_STATES = ['running', 'done', 'failed', 'cancelled'] as const;
export type TurnStatus = (typeof TURN_STATES)[number];

const docs = {
  run_id: { description: 'Id of the run of the turn.', example: 'run_4f9a0c51d2e84b6f9c7a1b3d5e7f9012' },
  conversation_id: { description: 'The conversation. Left out: a new one.', example: '7b0a4a52-2f0e-4c6c-9a53-5f7f0a8ed201' },
  finish_reason: {
    description: 'Why it ended: as of a chat, and `approval_needed` if a tool would have needed an approval. Empty until then.',
    example: 'stop',
  },
} satisfies Record<string, FieldDocs>;

@Shape('What a service says to an agent on behalf of a user who does not watch.')
export class SayUnattended {
  @Text({ min: 1, max: 200, description: 'Names the turn for ever: saying it again with the same key starts nothing.', example: 'job 7' })
  key!: string;
  @Optional() @Text({ max: 200, ...docs.conversation_id }) conversation_id?: string;
  @Optional() @Text({ max: 255, description: 'Title of a new conversation.', example: 'Every morning' }) title?: string;
  @Optional() @Text({ max: 100, description: 'The agent that answers.', example: 'researcher' }) agent_id?: string;
  @Text({ min: 1, max: SAID_MAX, description: 'What is said.', example: 'Summarise what is new.' }) content!: string;
  @Bool({ description: 'Whether others wrote it, or a part of it: the turn is then tainted from its beginning.', example: true })
  is_outside: boolean = false;
  @Bool({
    description:
      'Whether the answer goes to someone who may see nothing of the user: the agent then has no tools, and knows its character alone.',
    example: true,
  })
  is_for_guest: boolean = false;
  @List('text', { ...toolNames, description: 'Tools that need no approval in this turn, in addition to those of the agent.' })
  approved_tools: string[] = [];
  @Optional()
  @List('text', { description: 'The most that the agent may do. Left out: what the user may do.', example: ['agent:use'] })
  scopes?: string[];
}

@Shape('A turn that nobody watches.')
export class UnattendedTurn {
  @Text(docs.run_id) run_id!: string;
  @Text({ ...docs.conversation_id, description: 'The conversation.' }) conversation_id!: string;
  @Text({ description: 'Id that the message with the answer gets.' }) message_id!: string;
}

@Shape('Identifies a turn.')
export class TurnRef {
  @Text({ max: 100, ...docs.run_id }) run_id!: string;
}

@Shape('How far a turn is.')
export class TurnState {
  @OneOf(TURN_STATES, { description: '`running` if it has not ended yet.', example: 'done' }) status!: TurnStatus;
  @Text({ description: 'Id that the message with the answer has.' }) message_id!: string;
  @Text({ description: 'What the agent has answered.', example: 'Nothing is new.' }) content!: string;
  @Text(docs.finish_reason) finish_reason!: string;
  @Nullable() @Text({ description: 'The tool that would have needed an approval.', example: 'links__save' }) needs_approval!: string | null;
  @Nullable() @Text({ description: 'Why it failed.', example: 'LLM provider error' }) error!: string | null;
}

export const TurnNotFound = problem('turn_not_found', 404, 'Turn not found.');

/** Internal: for services that start turns, such as jobs, webhooks and chats on other networks. The caller’s context names the user. */
export const unattendedMembers = {
  sayUnattended: operation('Have an agent answer without its user', {
    description:
      'The turn waits for no one: a tool that would need an approval ends it with `approval_needed`. Begin `key` with what starts it, such as `job 7`.',
    input: SayUnattended,
    output: UnattendedTurn,
    problems: [ConversationNotFound, AgentNotFound, Forbidden],
    spansCalls: true,
  }),
  waitForTurn: operation('Wait for the end of a turn', {
    description: 'As long as the caller waits. A turn that lasts longer is still `running` then.',
    input: TurnRef,
    output: TurnState,
    problems: [TurnNotFound],
    spansCalls: true,
  }),
};
