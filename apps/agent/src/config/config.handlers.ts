import { agent, type AgentConfiguration } from '@skep/contracts/agent';
import { models } from '@skep/contracts/models';
import { Bus, type Ctx, Handle, Handlers } from '@skep/platform';
import { RuntimeRepository } from '../runtime/runtime.repository.js';
import { SkillRepository } from '../skills/skill.repository.js';

/** What is set up for a person, in the form of the published configuration file. It has no secrets. */
@Handlers()
export class ConfigHandlers {
  constructor(
    private readonly bus: Bus,
    private readonly runtime: RuntimeRepository,
    private readonly skills: SkillRepository,
  ) {}

  @Handle(agent.getConfig)
  async getConfig(ctx: Ctx): Promise<AgentConfiguration> {
    const [{ providers, default_provider }, agent_runtime, skills] = await Promise.all([
      this.bus.call(models.listProviders, ctx, { check: false }),
      this.runtime.find(ctx),
      this.skills.list(ctx),
    ]);
    const entries = skills.map(({ skill: { name, enabled } }) => [name, { enabled }]);
    return {
      config: {
        llm: { default_provider, providers: Object.fromEntries(providers.map(({ name, healthy: _, ...provider }) => [name, provider])) },
        ...{ agent_runtime, skills: { entries: Object.fromEntries(entries) }, memory: { enabled: true } },
      },
    };
  }

  @Handle(agent.reloadConfig)
  reloadConfig(ctx: Ctx) {
    return this.getConfig(ctx);
  }
}
