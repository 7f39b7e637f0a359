import { Aggregate, keepForEver } from '@skep/platform';
import { SkillModule } from '../skills/skill.module.js';
import { GitServers } from './git-servers.js';
import { InstallPlugin } from './install-plugin.js';
import { PluginEntity } from './plugin.entity.js';
import { PluginHandlers } from './plugin.handlers.js';
import { PluginRepository } from './plugin.repository.js';

@Aggregate({
  imports: [SkillModule],
  entities: [PluginEntity],
  handlers: [PluginHandlers],
  providers: [GitServers, InstallPlugin, PluginRepository],
  outgoing: ['plugins of git servers'],
  retention: [keepForEver(PluginEntity, 'until uninstalled, or until their user is erased')],
})
export class PluginModule {}
