import { Empty } from '../common.js';
import { operation } from '../define.js';
import { Json, Shape } from '../fields.js';

@Shape('What is set up for you.')
export class AgentConfiguration {
  @Json({
    bytes: Infinity,
    description: '`llm` with its providers, `agent_runtime`, `skills`, `memory`. Without keys.',
    example: { llm: { default_provider: 'openai', providers: {} } },
  })
  config!: Record<string, unknown>;
}

const scope = 'agent:use';

export const configMembers = {
  getConfig: operation('Read what is set up for you', { scope, input: Empty, output: AgentConfiguration, spansCalls: true }),
  reloadConfig: operation('Read it again', {
    description: 'Settings are always read as they are.',
    scope,
    input: Empty,
    output: AgentConfiguration,
    spansCalls: true,
  }),
};
