import { InvalidInput } from '@skep/contracts';
import { type InstallPlugin as Input, type Plugin, PluginsOff } from '@skep/contracts/agent';
import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AgentConfig } from '../agent.config.js';
import { assertHarmless } from '../skills/open-skill.js';
import { GitServers } from './git-servers.js';
import { PluginError, type PluginFiles } from './plugin-files.js';
import { PluginRepository } from './plugin.repository.js';
import { readFolder } from './read-folder.js';
import { readManifest } from './read-manifest.js';
import { skillsOf } from './skills-of.js';

/** Installs plugins. Only plugin.json and the skills are kept: what was scanned, as it is. */
@Injectable()
export class InstallPlugin {
  constructor(
    private readonly config: AgentConfig,
    private readonly servers: GitServers,
    private readonly plugins: PluginRepository,
  ) {}

  /** @throws Problem `plugins_off`, `invalid_input`, `skill_blocked`, `plugin_unavailable` */
  async run(ctx: Ctx, { source, path }: Input): Promise<Plugin> {
    if (this.config.SKEP_PLUGINS === 'off') throw PluginsOff();
    if ((source === undefined) === (path === undefined)) throw invalid('source', 'Send either a source or a path.');
    try {
      const { found, commit } = source === undefined ? await this.readFolder(path!) : await this.servers.read(source);
      const manifest = readManifest(found.files);
      const skills = await skillsOf(found.files);
      for (const skill of skills) assertHarmless(skill);
      return await this.plugins.install(ctx, { ...manifest, source: source ?? path!, commit_id: commit }, skills);
    } catch (error) {
      if (error instanceof PluginError) throw invalid(source === undefined ? 'path' : 'source', error.message);
      throw error;
    }
  }

  private async readFolder(path: string): Promise<{ found: PluginFiles; commit: null }> {
    const { SKEP_PLUGIN_FOLDER } = this.config;
    if (!SKEP_PLUGIN_FOLDER)
      throw new PluginError('Folders of the server are not allowed. An operator can name one with SKEP_PLUGIN_FOLDER.');
    return { found: await readFolder(SKEP_PLUGIN_FOLDER, path), commit: null };
  }
}

const invalid = (field: string, msg: string) => InvalidInput([{ loc: [field], msg, type: 'value_error' }]);
