import { agent, type AgentRef, type CreateAgent, type UpdateAgent } from '@skep/contracts/agent';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { AgentRepository } from './agent.repository.js';

@Handlers()
export class AgentHandlers {
  constructor(private readonly agents: AgentRepository) {}

  @Handle(agent.listAgents)
  listAgents(ctx: Ctx) {
    return this.agents.list(ctx);
  }

  @Handle(agent.getAgent)
  getAgent(ctx: Ctx, { agent_id }: AgentRef) {
    return this.agents.find(ctx, agent_id);
  }

  @Handle(agent.createAgent)
  createAgent(ctx: Ctx, input: CreateAgent) {
    return this.agents.create(ctx, input);
  }

  @Handle(agent.updateAgent)
  updateAgent(ctx: Ctx, input: UpdateAgent) {
    return this.agents.update(ctx, input);
  }

  @Handle(agent.deleteAgent)
  async deleteAgent(ctx: Ctx, { agent_id }: AgentRef) {
    await this.agents.delete(ctx, agent_id);
    return { deleted: agent_id };
  }
}
