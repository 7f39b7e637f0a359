import {
  agent,
  type InstalledPlugin,
  type InstallPlugin as Install,
  type PluginChanged,
  type PluginRef,
  PluginsOff,
} from '@skep/contracts/agent';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { AgentConfig } from '../agent.config.js';
import { InstallPlugin } from './install-plugin.js';
import { PluginRepository } from './plugin.repository.js';

@Handlers()
export class PluginHandlers {
  constructor(
    private readonly config: AgentConfig,
    private readonly plugins: PluginRepository,
    private readonly install: InstallPlugin,
  ) {}

  @Handle(agent.listPlugins)
  async listPlugins(ctx: Ctx) {
    return { plugins: await this.plugins.list(ctx) };
  }

  @Handle(agent.getPlugin)
  getPlugin(ctx: Ctx, { name }: PluginRef) {
    return this.plugins.find(ctx, name);
  }

  @Handle(agent.installPlugin)
  async installPlugin(ctx: Ctx, input: Install): Promise<InstalledPlugin> {
    return { ...(await this.install.run(ctx, input)), success: true, status: 'installed' };
  }

  @Handle(agent.enablePlugin)
  async enablePlugin(ctx: Ctx, { name }: PluginRef): Promise<PluginChanged> {
    await this.plugins.find(ctx, name);
    if (this.config.SKEP_PLUGINS === 'off') throw PluginsOff();
    await this.plugins.switch(ctx, name, true);
    return { status: 'enabled', name };
  }

  @Handle(agent.disablePlugin)
  async disablePlugin(ctx: Ctx, { name }: PluginRef): Promise<PluginChanged> {
    await this.plugins.find(ctx, name);
    await this.plugins.switch(ctx, name, false);
    return { status: 'disabled', name };
  }

  @Handle(agent.removePlugin)
  async removePlugin(ctx: Ctx, { name }: PluginRef): Promise<PluginChanged> {
    await this.plugins.find(ctx, name);
    await this.plugins.remove(ctx, name);
    return { status: 'uninstalled', name };
  }

  @Handle(agent.reloadPlugins)
  async reloadPlugins(ctx: Ctx) {
    return { status: 'reloaded' as const, count: (await this.plugins.list(ctx)).length };
  }
}
