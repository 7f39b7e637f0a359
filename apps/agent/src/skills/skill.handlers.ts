import {
  agent,
  type BuiltinTools,
  type ClawHubRef,
  type ClawHubResults,
  type ClawHubVersion,
  type InstallSkill as Install,
  type SearchClawHub,
  type SecurityReport,
  type SkillChanged,
  type SkillDetails,
  SkillIsBundled,
  type SkillRef,
  type Skills,
} from '@skep/contracts/agent';
import { Problem } from '@skep/contracts';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { BUNDLED_SKILLS } from './bundled-skills.js';
import { checkCompatibility } from './check-compatibility.js';
import { ClawHub } from './clawhub.js';
import { InstallSkill } from './install-skill.js';
import { scanSkill } from './scan-skill.js';
import { readArchive, type SkillFile } from './skill-archive.js';
import { SkillRepository } from './skill.repository.js';

@Handlers()
export class SkillHandlers {
  constructor(
    private readonly skills: SkillRepository,
    private readonly install: InstallSkill,
    private readonly hub: ClawHub,
  ) {}

  @Handle(agent.listSkills)
  async listSkills(ctx: Ctx): Promise<Skills> {
    const skills = (await this.skills.list(ctx)).map(({ skill }) => skill);
    return { skills, total_tools: skills.reduce((sum, { tools }) => sum + tools.length, 0) };
  }

  @Handle(agent.listTools)
  listTools(): BuiltinTools {
    const tools = BUNDLED_SKILLS.flatMap(({ name, tools }) => tools.map((tool) => ({ ...tool, skill: name, skill_name: name })));
    return { tools };
  }

  @Handle(agent.getSkill)
  async getSkill(ctx: Ctx, { name }: SkillRef): Promise<SkillDetails> {
    const { skill, document, sha256 } = await this.skills.find(ctx, name);
    const { body, requirements, frontmatter: raw_frontmatter } = document;
    return { ...skill, body, requirements, raw_frontmatter, sha256, files: (await this.readFiles(ctx, name)).map(({ path }) => path) };
  }

  @Handle(agent.enableSkill)
  enableSkill(ctx: Ctx, { name }: SkillRef) {
    return this.switch(ctx, name, true);
  }

  @Handle(agent.disableSkill)
  disableSkill(ctx: Ctx, { name }: SkillRef) {
    return this.switch(ctx, name, false);
  }

  @Handle(agent.scanSkill)
  async scanSkill(ctx: Ctx, { name }: SkillRef): Promise<SecurityReport> {
    await this.skills.find(ctx, name);
    return scanSkill(await this.readFiles(ctx, name));
  }

  @Handle(agent.removeSkill)
  async removeSkill(ctx: Ctx, { name }: SkillRef): Promise<SkillChanged> {
    const { skill, plugin } = await this.skills.find(ctx, name);
    if (skill.source === 'bundled') throw SkillIsBundled();
    if (plugin !== null) throw SkillIsBundled(`The skill belongs to the plugin ${plugin}. Disable the skill, or uninstall the plugin.`);
    await this.skills.remove(ctx, name);
    return { status: 'ok', message: `The skill ${name} is uninstalled.` };
  }

  @Handle(agent.reloadSkills)
  async reloadSkills(ctx: Ctx) {
    const { skills, total_tools } = await this.listSkills(ctx);
    return { status: 'ok' as const, skills_loaded: skills.length, tools_loaded: total_tools };
  }

  @Handle(agent.searchClawHub)
  async searchClawHub(_: Ctx, { q }: SearchClawHub): Promise<ClawHubResults> {
    if (!q.trim()) return { results: [] };
    try {
      return { results: await this.hub.search(q) };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return { results: [], error: String(error.body.detail) };
    }
  }

  @Handle(agent.getClawHubSkill)
  getClawHubSkill(_: Ctx, { slug }: ClawHubRef) {
    return this.hub.find(slug);
  }

  @Handle(agent.checkSkillCompatibility)
  async checkSkillCompatibility(_: Ctx, input: ClawHubVersion) {
    const { files, document } = await this.install.download(input);
    return checkCompatibility(files, document);
  }

  @Handle(agent.checkSkillSecurity)
  async checkSkillSecurity(_: Ctx, input: ClawHubVersion): Promise<SecurityReport> {
    return scanSkill((await this.install.download(input)).files);
  }

  @Handle(agent.installSkill)
  installSkill(ctx: Ctx, input: Install) {
    return this.install.run(ctx, input);
  }

  private async switch(ctx: Ctx, name: string, enabled: boolean): Promise<SkillChanged> {
    await this.skills.find(ctx, name);
    await this.skills.switch(ctx, name, enabled);
    return { status: 'ok', message: `The skill ${name} is ${enabled ? 'enabled' : 'disabled'}.` };
  }

  private async readFiles(ctx: Ctx, name: string): Promise<SkillFile[]> {
    const archive = await this.skills.findArchive(ctx, name);
    return archive ? readArchive(archive) : [];
  }
}
