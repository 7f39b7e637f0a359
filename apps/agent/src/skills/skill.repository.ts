import { type Skill, SkillNotFound } from '@skep/contracts/agent';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { IsNull, Not } from 'typeorm';
import { AgentConfig } from '../agent.config.js';
import { BUNDLED_SKILLS } from './bundled-skills.js';
import type { OpenedSkill } from './open-skill.js';
import { SkillEntity, SkillSwitchEntity } from './skill.entity.js';
import { readSkillDocument, type SkillDocument } from './skill-document.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;

/** Skills of a person; one who wants more has to remove some. */
const SKILLS_MAX = 200;
const MINE = 'tenant_id = :tenant and user_id = :user';
const LIST = statement(
  `select name, document, sha256, plugin from skill
    where ${MINE} and not is_hidden and (plugin is null or :plugins) order by name limit ${SKILLS_MAX}`,
  { name: 'text', document: 'text', sha256: 'text', plugin: 'text?' },
);
/** A skill is not replaced by one that came from elsewhere. */
const SAVE = statement(
  `insert into skill (tenant_id, user_id, name, source, slug, plugin, is_hidden, document, archive, sha256)
   values (:tenant, :user, :name, :source, :slug, :plugin, :is_hidden, :document, :archive, :sha256)
   on conflict (tenant_id, user_id, name) do update set slug = excluded.slug, document = excluded.document, archive = excluded.archive,
          sha256 = excluded.sha256, installed_at = now()
    where skill.plugin is not distinct from excluded.plugin returning name`,
  { name: 'text' },
);
const SWITCH = statement(
  `insert into skill_switch (tenant_id, user_id, name, enabled) values (:tenant, :user, :name, :enabled)
   on conflict (tenant_id, user_id, name) do update set enabled = excluded.enabled`,
);

/** Where a skill came from. */
type Origin = Pick<SkillEntity, 'slug' | 'plugin' | 'is_hidden'>;

/** A skill that a person has, and what its SKILL.md says. */
export interface FoundSkill {
  skill: Skill;
  document: SkillDocument;
  sha256: string;
  plugin: string | null;
}

const BUNDLED: readonly FoundSkill[] = BUNDLED_SKILLS.map(({ name, emoji, description, tools }) => {
  const tool_names = tools.map((tool) => tool.name);
  const about = { name, description, emoji, version: '1.0.0', author: 'Skep', enabled: true };
  return {
    skill: { ...about, eligible: true, eligibility_reason: null, source: 'bundled', has_tools: true, tool_names, tools: tool_names },
    document: {
      ...{ ...about, isInjected: false, frontmatter: { name, description }, body: description },
      requirements: { bins: [], env: [], config: [], platform: [] },
    },
    ...{ sha256: '', plugin: null },
  };
});

/** The skills of people: those that come with Skep, and those that they installed. */
@Injectable()
export class SkillRepository {
  constructor(
    private readonly db: Database,
    private readonly config: AgentConfig,
  ) {}

  async list({ tenant, user }: Owner): Promise<FoundSkill[]> {
    const [rows, switches] = await Promise.all([
      this.db.rows(LIST, { tenant, user, plugins: this.config.SKEP_PLUGINS === 'on' }),
      this.db.repository(SkillSwitchEntity).findBy({ tenant_id: tenant, user_id: user }),
    ]);
    const installed = rows.map(({ document, sha256, plugin }): FoundSkill => ({
      ...describe(readSkillDocument(document), plugin),
      sha256,
      plugin,
    }));
    return [...BUNDLED, ...installed].map(({ skill, ...rest }) => {
      const enabled = switches.find(({ name }) => name === skill.name)?.enabled ?? skill.enabled;
      return { ...rest, skill: { ...skill, enabled } };
    });
  }

  /** @throws Problem `skill_not_found` */
  async find(owner: Owner, name: string): Promise<FoundSkill> {
    const found = (await this.list(owner)).find(({ skill }) => skill.name === name);
    if (!found) throw notFound(name);
    return found;
  }

  /** The bytes of an installed skill, as they were scanned. Undefined for a bundled one. */
  async findArchive({ tenant, user }: Owner, name: string): Promise<Buffer | undefined> {
    const row = await this.db.repository(SkillEntity).findOneBy({ tenant_id: tenant, user_id: user, name });
    return row?.archive;
  }

  /** Installs a skill, or another version of it. What hinders it, in a sentence, if something does. */
  async install(
    { tenant, user }: Owner,
    { archive, text: document, document: { name } }: OpenedSkill,
    origin: Origin,
  ): Promise<string | undefined> {
    if (BUNDLED.some(({ skill }) => skill.name === name)) return `A bundled skill has the name ${name}.`;
    const others = { tenant_id: tenant, user_id: user, name: Not(name) };
    if ((await this.db.repository(SkillEntity).countBy(others)) >= SKILLS_MAX) return 'You have too many skills; remove one first.';
    const sha256 = createHash('sha256').update(archive).digest('hex');
    const source = origin.plugin === null ? 'clawhub' : 'plugin';
    const saved = await this.db.row(SAVE, { tenant, user, name, source, ...origin, document, archive, sha256 });
    return saved ? undefined : `You have another skill with the name ${name}; remove it first.`;
  }

  /** The skills that plugins brought, also the hidden ones. */
  async listOfPlugins({ tenant: tenant_id, user: user_id }: Owner): Promise<Pick<SkillEntity, 'name' | 'plugin'>[]> {
    const where = { tenant_id, user_id, plugin: Not(IsNull()) };
    return this.db.repository(SkillEntity).find({ select: { name: true, plugin: true }, where, order: { name: 'asc' } });
  }

  async hideOfPlugin({ tenant: tenant_id, user: user_id }: Owner, plugin: string, is_hidden: boolean): Promise<void> {
    await this.db.repository(SkillEntity).update({ tenant_id, user_id, plugin }, { is_hidden });
  }

  async removeOfPlugin({ tenant: tenant_id, user: user_id }: Owner, plugin: string): Promise<void> {
    await this.db.repository(SkillEntity).delete({ tenant_id, user_id, plugin });
  }

  async switch({ tenant, user }: Owner, name: string, enabled: boolean): Promise<void> {
    await this.db.rows(SWITCH, { tenant, user, name, enabled });
  }

  async remove({ tenant, user }: Owner, name: string): Promise<void> {
    const owner = { tenant_id: tenant, user_id: user, name };
    await this.db.transaction(async () => {
      await this.db.repository(SkillEntity).delete(owner);
      await this.db.repository(SkillSwitchEntity).delete(owner);
    });
  }
}

export const notFound = (name: string) => SkillNotFound(`Skill not found: ${name}`);

/** What a skill requires is on a paired device, so it is always eligible here. */
const describe = (document: SkillDocument, plugin: string | null): Pick<FoundSkill, 'skill' | 'document'> => {
  const { name, version, description, author, emoji, enabled } = document;
  const about = { name, version, description, author, emoji, enabled };
  return {
    skill: {
      ...{ ...about, eligible: true, eligibility_reason: null, source: plugin === null ? 'clawhub' : 'plugin' },
      ...{ has_tools: false, tool_names: [], tools: [] },
    },
    document,
  };
};
