import { InvalidInput } from '@skep/contracts';
import { agent, type SetTenantAgent, type TenantAgentRef } from '@skep/contracts/agent';
import { type Ctx, Database, Handle, Handlers, Outbox } from '@skep/platform';
import { AgentRepository, TENANT } from './agent.repository.js';

/** Agents that administrators set up for everyone of their tenant. */
@Handlers()
export class TenantAgentHandlers {
  constructor(
    private readonly agents: AgentRepository,
    private readonly db: Database,
    private readonly outbox: Outbox,
  ) {}

  @Handle(agent.listTenantAgents)
  listTenantAgents({ tenant }: Ctx) {
    return this.agents.listOwn({ tenant, user: TENANT });
  }

  @Handle(agent.setTenantAgent)
  setTenantAgent(ctx: Ctx, input: SetTenantAgent) {
    const { tenant } = ctx;
    if (!tenant) throw InvalidInput([{ loc: ['tenant_id'], msg: 'Act for a user of the tenant', type: 'missing' }]);
    const { id, ...rest } = input;
    const fields = Object.keys(rest).filter((field) => rest[field as keyof typeof rest] !== undefined);
    return this.db.transaction(async () => {
      const set = await this.agents.set({ tenant, user: TENANT }, input);
      await this.outbox.add(agent.tenantDefaultChanged, ctx, { kind: 'agent', id, act: 'set', fields });
      return set;
    });
  }

  @Handle(agent.deleteTenantAgent)
  deleteTenantAgent(ctx: Ctx, { id }: TenantAgentRef) {
    return this.db.transaction(async () => {
      await this.agents.delete({ tenant: ctx.tenant, user: TENANT }, id);
      await this.outbox.add(agent.tenantDefaultChanged, ctx, { kind: 'agent', id, act: 'deleted', fields: [] });
      return { deleted: id };
    });
  }
}
