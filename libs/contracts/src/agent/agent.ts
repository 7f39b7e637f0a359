import { list, operation } from '../define.js';
import { AnyJson, Bool, type FieldDocs, Int, Json, List, Nullable, Num, OneOf, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { Empty } from '../common.js';

const docs = {
  id: { description: 'Id of the agent, unique among yours.', example: 'researcher' },
  name: { description: 'Name of the agent.', example: 'Research Agent' },
  type: { description: 'What kind of agent it is, in a word of yours.', example: 'researcher' },
  enabled: { description: 'Whether it answers.', example: true },
  provider: { description: 'The provider that it asks first. Null: your default one.', example: 'anthropic' },
  model: { description: 'Name of its model. Null: that of the provider.', example: 'claude-sonnet-4-20250514' },
  temperature: { description: 'How varied its answers are. Null: as the provider decides.', example: 0.7 },
  max_tokens: { description: 'The most that it answers at once, in tokens. Null: 4,096.', example: 4096 },
  max_tool_iterations: { description: 'How often it may use tools before it answers. Null: 10.', example: 10 },
  system_prompt: { description: 'Its instructions.', example: 'You are a research assistant.' },
  persona: { description: 'How it presents itself.', example: null },
  default_provider_params: { description: 'Options of the provider’s own.', example: {} },
  approved_tools: {
    description: 'Names of tools that need no approval after content from outside. Approve only what may follow the words of others.',
    example: ['links__save'],
  },
} satisfies Record<string, FieldDocs>;
const bounds = {
  temperature: { min: 0, max: 2 },
  max_tokens: { min: 1, max: 200_000 },
  max_tool_iterations: { min: 1, max: 50 },
  system_prompt: { max: 50_000 },
};

export const AGENT_SOURCES = ['user', 'tenant', 'builtin'] as const;
export type AgentSource = (typeof AGENT_SOURCES)[number];
/** Bounds of a list of names of tools. */
export const toolNames = { max: 128, length: 64 };

@Shape('Identifies an agent.')
export class AgentRef {
  @Text({ max: 200, ...docs.id }) agent_id!: string;
}

@Shape('A new agent.')
export class CreateAgent {
  @Text({ min: 1, max: 100, pattern: /^[a-z0-9_-]+$/, ...docs.id }) id!: string;
  @Text({ min: 1, max: 255, ...docs.name }) name!: string;
  @Text({ min: 1, max: 100, ...docs.type }) type!: string;
  @Bool(docs.enabled) enabled: boolean = true;
  @Optional() @Text({ max: 50, ...docs.provider }) provider?: string;
  @Optional() @Text({ max: 200, ...docs.model }) model?: string;
  @Optional() @Num({ ...bounds.temperature, ...docs.temperature }) temperature?: number;
  @Optional() @Int({ ...bounds.max_tokens, ...docs.max_tokens }) max_tokens?: number;
  @Optional() @Int({ ...bounds.max_tool_iterations, ...docs.max_tool_iterations }) max_tool_iterations?: number;
  @Optional() @Text({ ...bounds.system_prompt, ...docs.system_prompt }) system_prompt?: string;
  @Optional() @AnyJson(docs.persona) persona?: unknown;
  @Json(docs.default_provider_params) default_provider_params: Record<string, unknown> = {};
  @List('text', { ...toolNames, ...docs.approved_tools }) approved_tools: string[] = [];
}

@Shape('Changes of an agent. What is left out or null stays.')
export class UpdateAgent extends AgentRef {
  @Optional() @Text({ min: 1, max: 255, ...docs.name }) name?: string;
  @Optional() @Text({ min: 1, max: 100, ...docs.type }) type?: string;
  @Optional() @Bool(docs.enabled) enabled?: boolean;
  @Optional() @Text({ max: 50, ...docs.provider }) provider?: string;
  @Optional() @Text({ max: 200, ...docs.model }) model?: string;
  @Optional() @Num({ ...bounds.temperature, ...docs.temperature }) temperature?: number;
  @Optional() @Int({ ...bounds.max_tokens, ...docs.max_tokens }) max_tokens?: number;
  @Optional() @Int({ ...bounds.max_tool_iterations, ...docs.max_tool_iterations }) max_tool_iterations?: number;
  @Optional() @Text({ ...bounds.system_prompt, ...docs.system_prompt }) system_prompt?: string;
  @Optional() @AnyJson(docs.persona) persona?: unknown;
  @Optional() @Json(docs.default_provider_params) default_provider_params?: Record<string, unknown>;
  @Optional() @List('text', { ...toolNames, ...docs.approved_tools }) approved_tools?: string[];
}

@Shape('An agent: who answers, with which model, instructions and bounds.')
export class AgentInfo {
  @Text(docs.id) id!: string;
  @Text(docs.name) name!: string;
  @Text(docs.type) type!: string;
  @Bool(docs.enabled) enabled!: boolean;
  @Nullable() @Text(docs.provider) provider!: string | null;
  @Nullable() @Text(docs.model) model!: string | null;
  @Nullable() @Num(docs.temperature) temperature!: number | null;
  @Nullable() @Int(docs.max_tokens) max_tokens!: number | null;
  @Nullable() @Int(docs.max_tool_iterations) max_tool_iterations!: number | null;
  @Nullable() @Text(docs.system_prompt) system_prompt!: string | null;
  @AnyJson(docs.persona) persona!: unknown;
  @Json(docs.default_provider_params) default_provider_params!: Record<string, unknown>;
  @List('text', docs.approved_tools) approved_tools!: string[];
  @OneOf(AGENT_SOURCES, { description: 'Who has set it up: you, an administrator for your tenant, or Skep.', example: 'user' })
  source!: AgentSource;
  @Bool({ description: 'Whether you cannot change it.', example: false }) enforced!: boolean;
}

@Shape('An agent that was deleted.')
export class AgentDeleted {
  @Text(docs.id) deleted!: string;
}

export const AgentNotFound = problem('agent_not_found', 404, 'Agent not found.');
export const AgentExists = problem('agent_exists', 400, 'An agent with this id already exists.');
export const AgentOfTenant = problem('agent_of_tenant', 403, 'An administrator has set up this agent for everyone.');
export const TooManyAgents = problem('too_many_agents', 429, 'You have the maximum of agents. Delete one first.');

const SCOPE = 'agent:use';

export const agentMembers = {
  listAgents: operation('List your agents', {
    description: 'With the default agent, and those that an administrator has set up for everyone.',
    input: Empty,
    output: list(AgentInfo),
    scope: SCOPE,
  }),
  getAgent: operation('Read an agent', { input: AgentRef, output: AgentInfo, scope: SCOPE, problems: [AgentNotFound] }),
  createAgent: operation('Create an agent', {
    description: 'Its id is unique among yours.',
    input: CreateAgent,
    output: AgentInfo,
    scope: SCOPE,
    problems: [AgentExists, TooManyAgents],
  }),
  updateAgent: operation('Change an agent', {
    description: 'Changes of the default agent, and of one that an administrator has set up, are yours alone.',
    input: UpdateAgent,
    output: AgentInfo,
    scope: SCOPE,
    problems: [AgentNotFound, AgentOfTenant],
  }),
  deleteAgent: operation('Delete an agent', {
    description: 'The default agent, and one that an administrator has set up, becomes what it was.',
    input: AgentRef,
    output: AgentDeleted,
    scope: SCOPE,
    problems: [AgentNotFound, AgentOfTenant],
  }),
};
