import { type Plugin, PluginNotFound, PluginsOff } from '@skep/contracts/agent';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AgentConfig } from '../agent.config.js';
import type { OpenedSkill } from '../skills/open-skill.js';
import { SkillRepository } from '../skills/skill.repository.js';
import { PluginEntity } from './plugin.entity.js';
import { PluginError } from './plugin-files.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;
export type NewPlugin = Omit<PluginEntity, 'tenant_id' | 'user_id' | 'enabled' | 'installed_at'>;

/** Plugins of a person; one who wants more has to uninstall some. */
const PLUGINS_MAX = 50;
const SAVE = statement(
  `insert into plugin (tenant_id, user_id, name, version, description, source, commit_id, mcp_url)
   values (:tenant, :user, :name, :version, :description, :source, :commit_id, :mcp_url)
   on conflict (tenant_id, user_id, name) do update set version = excluded.version, description = excluded.description, source = excluded.source,
          commit_id = excluded.commit_id, mcp_url = excluded.mcp_url, installed_at = now() returning enabled`,
  { enabled: 'bool' },
);

/** The plugins of people, with their skills. Those of someone else do not exist. */
@Injectable()
export class PluginRepository {
  constructor(
    private readonly db: Database,
    private readonly config: AgentConfig,
    private readonly skills: SkillRepository,
  ) {}

  async list(owner: Owner): Promise<Plugin[]> {
    const [rows, skills] = await Promise.all([
      this.rows().find({ where: ofOwner(owner), order: { name: 'asc' } }),
      this.skills.listOfPlugins(owner),
    ]);
    const isOff = this.config.SKEP_PLUGINS === 'off';
    return rows.map(({ commit_id: commit, ...row }) => ({
      ...{ ...row, commit, skills: skills.filter(({ plugin }) => plugin === row.name).map(({ name }) => name) },
      ...(isOff && { error: String(PluginsOff().body.detail) }),
    }));
  }

  /** @throws Problem `plugin_not_found` */
  async find(owner: Owner, name: string): Promise<Plugin> {
    const found = (await this.list(owner)).find((plugin) => plugin.name === name);
    if (!found) throw PluginNotFound(`Plugin not found: ${name}`);
    return found;
  }

  /** Installs a plugin with its skills, instead of the version that is there. @throws PluginError */
  async install(owner: Owner, plugin: NewPlugin, skills: readonly OpenedSkill[]): Promise<Plugin> {
    await this.db.transaction(async () => {
      const { enabled } = (await this.db.row(SAVE, { ...owner, ...plugin }))!;
      if ((await this.rows().countBy(ofOwner(owner))) > PLUGINS_MAX)
        throw new PluginError('You have too many plugins; uninstall one first.');
      await this.skills.removeOfPlugin(owner, plugin.name);
      for (const skill of skills) {
        const fault = await this.skills.install(owner, skill, { slug: '', plugin: plugin.name, is_hidden: !enabled });
        if (fault) throw new PluginError(fault);
      }
    });
    return this.find(owner, plugin.name);
  }

  async switch(owner: Owner, name: string, enabled: boolean): Promise<void> {
    await this.db.transaction(async () => {
      await this.rows().update({ ...ofOwner(owner), name }, { enabled });
      await this.skills.hideOfPlugin(owner, name, !enabled);
    });
  }

  async remove(owner: Owner, name: string): Promise<void> {
    await this.db.transaction(async () => {
      await this.rows().delete({ ...ofOwner(owner), name });
      for (const skill of await this.skills.listOfPlugins(owner)) if (skill.plugin === name) await this.skills.remove(owner, skill.name);
    });
  }

  private rows() {
    return this.db.repository(PluginEntity);
  }
}

const ofOwner = ({ tenant: tenant_id, user: user_id }: Owner) => ({ tenant_id, user_id });
