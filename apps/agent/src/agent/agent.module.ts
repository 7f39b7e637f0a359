import { Aggregate, keepForEver } from '@skep/platform';
import { AgentEntity } from './agent.entity.js';
import { AgentHandlers } from './agent.handlers.js';
import { AgentRepository } from './agent.repository.js';
import { TenantAgentHandlers } from './tenant-agent.handlers.js';

@Aggregate({
  entities: [AgentEntity],
  handlers: [AgentHandlers, TenantAgentHandlers],
  providers: [AgentRepository],
  exports: [AgentRepository],
  retention: [keepForEver(AgentEntity, 'until deleted, or until their user is erased')],
})
export class AgentModule {}
