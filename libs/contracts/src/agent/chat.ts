import { Message } from '../common.js';
import { events, operation } from '../define.js';
import { BudgetExceeded, InsufficientCredits } from '../billing/index.js';
import { AnyJson, Bool, type FieldDocs, Int, Json, Nullable, Num, Optional, Shape, Text } from '../fields.js';
import { ModelBudgetExceeded } from '../models/index.js';
import { NotConfigured, problem } from '../problem.js';
import { AgentNotFound } from './agent.js';
import { ConversationNotFound, ConversationRef, messageId, MessageNotFound } from './conversation.js';

/** Characters of what a person says at once. */
export const SAID_MAX = 100_000;

const docs = {
  message_id: { description: 'Id of the message that answers.', example: '3f6c2a0e-6d7e-4b9d-8a1f-0c9b7e5d3a21' },
  finish_reason: {
    description: 'Why it ended: `stop`, `length`, `content-filter`, `approval_needed`, `cancelled`, `interrupted`.',
    example: 'stop',
  },
  model: { description: 'Name of the model.', example: 'gpt-5-mini' },
  provider: { description: 'Name of the provider.', example: 'openai' },
  tool_call_id: { description: 'Id of the call.', example: 'call_1' },
  tool: { description: 'Name of the tool.', example: 'memory_search' },
} satisfies Record<string, FieldDocs>;

@Shape('How an agent answers, if not as it is set up.')
export class TurnOptions extends ConversationRef {
  @Optional() @Text({ max: 50, ...docs.provider, description: 'The provider that is asked first.' }) provider?: string;
  @Optional() @Text({ max: 200, ...docs.model }) model?: string;
  @Optional() @Num({ min: 0, max: 2, description: 'How varied answers are.', example: 0.7 }) temperature?: number;
  @Optional()
  @Int({ min: 1, max: 200_000, description: 'The most that the model may answer, in tokens.', example: 2048 })
  max_tokens?: number;
  @Optional()
  @Json({ description: 'Options of the provider’s own.', example: { top_k: 40 } })
  provider_params?: Record<string, unknown>;
  @Optional() @Text({ max: 100, description: 'The agent that answers.', example: 'researcher' }) agent_id?: string;
}

@Shape('What you say to an agent.')
export class Say extends TurnOptions {
  @Text({ min: 1, max: SAID_MAX, description: 'What you say.', example: 'When do I sow beans?' }) content!: string;
}

@Shape('Which answer to make again, and how.')
export class RegenerateChat extends TurnOptions {
  @Optional() @Text({ max: 200, ...messageId, description: 'The answer. Left out: that of the last question.' }) message_id?: string;
}

@Shape('The answer of an agent.')
export class TurnAnswer {
  @Text(docs.message_id) message_id!: string;
  @Text({ description: 'What it says.', example: 'Sow the beans in May.' }) content!: string;
  @Text(docs.model) model!: string;
  @Text(docs.provider) provider!: string;
  @Text(docs.finish_reason) finish_reason!: string;
}

@Shape('A turn of an agent has begun.')
export class TurnStarted {
  @Text(docs.message_id) message_id!: string;
}

@Shape('The next words of an answer.')
export class TurnChunk {
  @Text({ description: 'The words.', example: 'Sow the' }) content!: string;
  @Text(docs.model) model!: string;
}

@Shape('An agent uses a tool.')
export class TurnToolCall {
  @Text(docs.tool_call_id) tool_call_id!: string;
  @Text(docs.tool) name!: string;
  @Text({ description: 'The arguments as JSON, at most 500 characters.', example: '{"query":"beans"}' }) arguments!: string;
  @Json({ bytes: Infinity, description: 'The arguments.', example: { query: 'beans' } }) args!: Record<string, unknown>;
}

@Shape('What a tool returned.')
export class TurnToolResult {
  @Text(docs.tool_call_id) tool_call_id!: string;
  @Text(docs.tool) name!: string;
  @Bool({ description: 'Whether it worked.', example: true }) success!: boolean;
  @Text({ description: 'The result, at most 500 characters.', example: '[]' }) output_preview!: string;
  @AnyJson({ description: 'The result, as far as it is short.', example: [] }) result!: unknown;
  @Nullable() @Text({ description: 'What went wrong.' }) error!: string | null;
  @Int({ description: 'Milliseconds that it took.', example: 12 }) execution_time_ms!: number;
}

@Shape('A tool waits for your approval, because the agent has read content from outside.')
export class ApprovalRequired {
  @Text(docs.tool_call_id) tool_call_id!: string;
  @Text(docs.tool) name!: string;
  @Json({ bytes: Infinity, description: 'The arguments.', example: { url: 'https://example.com' } }) args!: Record<string, unknown>;
}

@Shape('A turn has ended.')
export class TurnDone {
  @Text(docs.message_id) message_id!: string;
  @Text(docs.finish_reason) finish_reason!: string;
  @Text(docs.model) model!: string;
  @Text(docs.provider) provider!: string;
  @Optional() @Int({ description: 'All tokens of its requests and answers of models.', example: 412 }) tokens?: number;
  @Optional() @Int({ description: 'What these cost, in credits. Tools are charged on their own.', example: 0 }) credits?: number;
}

@Shape('A turn has failed. What had been said is kept.')
export class TurnFailed {
  @Text({ description: '`provider_error`, `internal_error`, or the code of a problem.', example: 'provider_error' }) code!: string;
  @Text({ description: 'What went wrong.', example: 'LLM provider error' }) message!: string;
  @Bool({ description: 'Whether saying the same again may work.', example: true }) retryable!: boolean;
}

@Shape('Your decision on a tool that waits.')
export class DecideApproval extends ConversationRef {
  @Text({ max: 200, ...docs.tool_call_id }) tool_call_id!: string;
  @Bool({ description: 'Whether the tool may run.', example: true }) approved!: boolean;
  @Bool({ description: 'Whether it may run again in this turn without asking.', example: false }) remember: boolean = false;
}

export const LlmProviderError = problem('llm_provider_error', 502, 'LLM provider error. Check server logs for details.');
export const NoTurn = problem('no_turn', 404, 'No agent has answered in this conversation yet.');
export const ApprovalNotFound = problem('approval_not_found', 404, 'No pending approval with that ID');

const SCOPE = 'agent:use';
const TURN_PROBLEMS = [
  ...[ConversationNotFound, AgentNotFound, LlmProviderError, NotConfigured],
  ...[ModelBudgetExceeded, BudgetExceeded, InsufficientCredits],
];
/** What a stream of a turn shows. `done` and `error` say how the run has ended. */
export const TURN_EVENTS = {
  start: TurnStarted,
  chunk: TurnChunk,
  tool_call: TurnToolCall,
  tool_result: TurnToolResult,
  approval_required: ApprovalRequired,
  done: TurnDone,
  error: TurnFailed,
};

export const chatMembers = {
  chat: operation('Talk with an agent', {
    description: 'Waits for the whole answer, up to ten minutes. A tool that waits for your approval ends the wait with `approval_needed`.',
    input: Say,
    output: TurnAnswer,
    scope: SCOPE,
    problems: TURN_PROBLEMS,
    spansCalls: true,
  }),
  streamChat: operation('Talk with an agent, and read along', {
    description: 'The turn goes on if you leave: read on with `GET`, or find the answer among the messages.',
    input: Say,
    output: events(TURN_EVENTS),
    scope: SCOPE,
    problems: [ConversationNotFound, AgentNotFound],
  }),
  resumeChat: operation('Read the newest turn of a conversation', {
    description: 'From its beginning, or after `Last-Event-ID`.',
    input: ConversationRef,
    output: events(TURN_EVENTS),
    scope: SCOPE,
    problems: [ConversationNotFound, NoTurn],
  }),
  regenerateChat: operation('Have a question answered again', {
    description: 'The former answer, and what followed it, stays on a branch of its own. A turn in progress is cancelled.',
    input: RegenerateChat,
    output: events(TURN_EVENTS),
    scope: SCOPE,
    problems: [ConversationNotFound, AgentNotFound, NoTurn, MessageNotFound],
  }),
  cancelChat: operation('Cancel the turn of a conversation', {
    description: 'What the agent has said is kept.',
    input: ConversationRef,
    output: Message,
    scope: SCOPE,
    problems: [ConversationNotFound, NoTurn],
  }),
  decideApproval: operation('Decide on a tool that waits for you', {
    input: DecideApproval,
    output: Message,
    scope: SCOPE,
    problems: [ConversationNotFound, NoTurn, ApprovalNotFound],
  }),
};
