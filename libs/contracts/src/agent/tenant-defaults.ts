import { Empty } from '../common.js';
import { event, list, operation } from '../define.js';
import { Bool, type FieldDocs, List, Nested, OneOf, Shape, Text } from '../fields.js';
import { AgentDeleted, AgentInfo, AgentNotFound, CreateAgent, TooManyAgents } from './agent.js';
import { UpdateRuntime } from './runtime.js';

const docs = {
  settings: { description: 'What holds for everyone who has not chosen otherwise.' },
  enforced: { description: 'What holds for everyone.' },
} satisfies Record<string, FieldDocs>;

@Shape('An agent for everyone of a tenant.')
export class SetTenantAgent extends CreateAgent {
  @Bool({ description: 'Whether nobody changes it for themselves.', example: false }) enforced: boolean = false;
}

@Shape('Identifies an agent of a tenant.')
export class TenantAgentRef {
  @Text({ max: 100, description: 'Id of the agent.', example: 'researcher' }) id!: string;
}

@Shape('Runtime settings for everyone of a tenant. They replace the former ones.')
export class SetTenantRuntime {
  @Nested(() => UpdateRuntime, docs.settings) settings: UpdateRuntime = {};
  @Nested(() => UpdateRuntime, docs.enforced) enforced: UpdateRuntime = {};
}

@Shape('The runtime settings for everyone of a tenant.')
export class TenantRuntime {
  @Nested(() => UpdateRuntime, docs.settings) settings!: UpdateRuntime;
  @Nested(() => UpdateRuntime, docs.enforced) enforced!: UpdateRuntime;
}

@Shape('An administrator has changed what holds for everyone of their tenant: an agent, or the runtime settings.')
export class TenantDefaultChanged {
  @OneOf(['agent', 'runtime'], { description: 'What it is.', example: 'agent' }) kind!: 'agent' | 'runtime';
  @Text({ max: 100, description: 'Id of the agent, or of the tenant.', example: 'researcher' }) id!: string;
  @OneOf(['set', 'deleted'], { description: 'What was done.', example: 'set' }) act!: 'set' | 'deleted';
  @List('text', { description: 'The fields that were set, without values.', example: ['system_prompt', 'enforced'] }) fields!: string[];
}

const READ = 'admin:llm:read';
const WRITE = 'admin:llm:write';

export const tenantDefaultMembers = {
  listTenantAgents: operation('List the agents for everyone of the tenant', { input: Empty, output: list(AgentInfo), scope: READ }),
  setTenantAgent: operation('Set up an agent for everyone of the tenant', {
    description: 'Everyone sees it, and may change it for themselves unless it is enforced. Replaces the former one with this id.',
    input: SetTenantAgent,
    output: AgentInfo,
    scope: WRITE,
    problems: [TooManyAgents],
  }),
  deleteTenantAgent: operation('Delete an agent for everyone of the tenant', {
    description: 'Those who have changed it for themselves keep theirs.',
    input: TenantAgentRef,
    output: AgentDeleted,
    scope: WRITE,
    problems: [AgentNotFound],
  }),
  getTenantRuntime: operation('Read the runtime settings for everyone of the tenant', { input: Empty, output: TenantRuntime, scope: READ }),
  setTenantRuntime: operation('Set the runtime settings for everyone of the tenant', {
    input: SetTenantRuntime,
    output: TenantRuntime,
    scope: WRITE,
  }),
  tenantDefaultChanged: event(TenantDefaultChanged),
};
