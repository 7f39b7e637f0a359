import { operation } from '../define.js';
import { type FieldDocs, Instant, Int, Json, List, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { ConversationNotFound } from './conversation.js';

export const SUBAGENT_STATES = ['pending', 'running', 'completed', 'failed', 'cancelled'] as const;
export type SubagentStatus = (typeof SUBAGENT_STATES)[number];

const docs = {
  id: { description: 'Id of the subagent.', example: '0c9b7e5d-3a21-4b9d-8a1f-3f6c2a0e6d7e' },
  task: { description: 'What it is to do.', example: 'Find out when beans are sown.' },
  parent: { description: 'The conversation that it works for.' },
  status: { description: 'How far it is.', example: 'completed' },
  result: { description: 'What it found. Null until it is completed.', example: 'In May.' },
  error: { description: 'Why it failed. Null unless it has.' },
} satisfies Record<string, FieldDocs>;

@Shape('A task for a subagent.')
export class SpawnSubagent {
  @Text({ min: 1, max: 10_000, ...docs.task }) task!: string;
  @Optional() @Text({ max: 200, ...docs.parent }) parent_conversation_id?: string;
  @Optional() @Text({ max: 50, description: 'The provider that it asks first.', example: 'openai' }) provider?: string;
  @Optional() @Text({ max: 200, description: 'Name of its model.', example: 'gpt-5-mini' }) model?: string;
  @Optional() @Text({ max: 100, description: 'The agent that works.', example: 'researcher' }) agent_id?: string;
  @Json({ description: 'What its client keeps with it.', example: {} }) metadata: Record<string, unknown> = {};
}

@Shape('Identifies a subagent.')
export class SubagentRef {
  @Text({ max: 200, ...docs.id }) session_id!: string;
}

@Shape('Which subagents to return.')
export class ListSubagents {
  @Optional() @OneOf(SUBAGENT_STATES, docs.status) status?: SubagentStatus;
  @Optional() @Text({ max: 200, ...docs.parent }) parent_id?: string;
  @Int({ min: 1, max: 200, description: 'Maximum number of subagents.' }) limit: number = 100;
}

@Shape('A subagent: an agent that does one task in the background.')
export class Subagent {
  @Text(docs.id) id!: string;
  @Text({ ...docs.id, description: 'The same as `id`.' }) session_id!: string;
  @Nullable() @Text(docs.parent) parent_conversation_id!: string | null;
  @Nullable() @Text({ description: 'The conversation in which it works.' }) conversation_id!: string | null;
  @Text(docs.task) task_description!: string;
  @OneOf(SUBAGENT_STATES, docs.status) status!: SubagentStatus;
  @Nullable() @Text(docs.result) result!: string | null;
  @Nullable() @Text(docs.error) error!: string | null;
  @Instant({ description: 'When it was spawned.' }) created_at!: Date;
  @Nullable() @Instant({ description: 'When it began.' }) started_at!: Date | null;
  @Nullable() @Instant({ description: 'When it ended. Null until then.' }) completed_at!: Date | null;
}

@Shape('Subagents, newest first.')
export class SubagentList {
  @List(() => Subagent, { description: 'The subagents.' }) sessions!: Subagent[];
  @Int({ description: 'Number of these.', example: 1 }) count!: number;
}

@Shape('How the task of a subagent has ended.')
export class SubagentResult {
  @Text(docs.id) session_id!: string;
  @OneOf(SUBAGENT_STATES, docs.status) status!: SubagentStatus;
  @Nullable() @Text(docs.result) result!: string | null;
  @Nullable() @Text(docs.error) error!: string | null;
}

@Shape('A subagent that was cancelled.')
export class SubagentCancelled {
  @OneOf(SUBAGENT_STATES, { ...docs.status, example: 'cancelled' }) status!: SubagentStatus;
}

export const MAX_SUBAGENTS = 5;
export const SubagentNotFound = problem('subagent_not_found', 404, 'Subagent not found');
export const TooManySubagents = problem('too_many_subagents', 429, `Max concurrent subagents (${MAX_SUBAGENTS}) reached`);

const SCOPE = 'agent:use';

export const subagentMembers = {
  spawnSubagent: operation('Spawn a subagent', {
    description: 'It works in the background, in a conversation of its own. Five of yours work at once.',
    input: SpawnSubagent,
    output: Subagent,
    scope: SCOPE,
    problems: [ConversationNotFound, TooManySubagents],
  }),
  listSubagents: operation('List your subagents', { input: ListSubagents, output: SubagentList, scope: SCOPE }),
  getSubagent: operation('Read a subagent', { input: SubagentRef, output: Subagent, scope: SCOPE, problems: [SubagentNotFound] }),
  cancelSubagent: operation('Cancel a subagent', {
    description: 'One that has ended stays as it is.',
    input: SubagentRef,
    output: SubagentCancelled,
    scope: SCOPE,
    problems: [SubagentNotFound],
  }),
  getSubagentResult: operation('Wait for the result of a subagent', {
    description: 'Up to five minutes. A subagent that works longer is still `running` then.',
    input: SubagentRef,
    output: SubagentResult,
    scope: SCOPE,
    problems: [SubagentNotFound],
    spansCalls: true,
  }),
};
